"""What a poll may be, and what is kept of it with its message: Poll, as it is told (docs/protocol.md 3)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from registry.text import fold
from rooms import bodies
from rooms.errors import NamesNotPossible, PollNotPossible, TimeNotPossible
from rooms.kinds import RoomKind
from rooms.serializers import moment

LEAST = 2
MOST = 10
LONGEST_TEXT = 100
LONGEST = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Ballot:
    """What somebody wants to ask."""

    options: tuple[str, ...]
    several: bool
    shows_names: bool
    closes_at: dt.datetime | None = None


def accept(ballot: Ballot, kind: RoomKind) -> dict[str, Any]:
    """The poll before the first vote; PollNotPossible, NamesNotPossible or TimeNotPossible say what is wrong with it."""
    if ballot.shows_names and kind.is_by_rule:
        # Names of pupils and parents are not shown to a whole commune (decision 28).
        raise NamesNotPossible
    now = timezone.now()
    if ballot.closes_at and not now < ballot.closes_at <= now + LONGEST:
        raise TimeNotPossible
    return {
        "options": [
            {"id": number, "text": text, "votes": 0} for number, text in enumerate(_texts(ballot.options), start=1)
        ],
        "voters": 0,
        "closes_at": moment(ballot.closes_at),
        "closed_at": None,
        "several": ballot.several,
        "shows_names": ballot.shows_names,
    }


def _texts(options: tuple[str, ...]) -> list[str]:
    """Each on one line and different from the others, whatever accents and capitals are left out."""
    short = all(len(option) <= 4 * LONGEST_TEXT for option in options)
    texts = [" ".join(bodies.tidy(option).split()) for option in options] if short else []
    is_fine = (
        LEAST <= len(texts) <= MOST
        and all(len(text) <= LONGEST_TEXT and bodies.is_seen(text) for text in texts)
        and len({fold(text) for text in texts}) == len(texts)
    )
    if not is_fine:
        raise PollNotPossible(least=LEAST, most=MOST, limit=LONGEST_TEXT)
    return texts


def is_over(poll: dict[str, Any]) -> bool:
    """Closed by hand, or by its time."""
    closes_at = poll["closes_at"]
    return bool(poll["closed_at"]) or bool(closes_at and dt.datetime.fromisoformat(closes_at) <= timezone.now())
