"""What clients missed: the same two queries for one who was away and for two hundred who come back together."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import msgspec
from django.conf import settings
from django.utils import translation

from realtime import epoch
from registry.lists import these
from registry.models import Person
from rooms.models import Member, Room
from rooms.tails import Change, Tail, tails

# Who was away for longer starts again with the newest page: a phone shows no more, and a frame has its limits.
MOST_CHANGES = 200
MOST_CHANGES_OVERALL = 500
MOST_CHARACTERS = 250_000
MOST_ROOMS_BEHIND = 300
# {room: (head, last seq)} of the rooms that a person named and may see.
Heads = dict[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody who comes back: what the client knows, and the language of its answer."""

    person: Person
    known_epoch: str
    revs: dict[int, int]
    language: str = settings.LANGUAGE_CODE


@dataclass(slots=True)
class _Budget:
    """How much a catch-up may still carry."""

    messages: int = MOST_CHANGES_OVERALL
    characters: int = MOST_CHARACTERS

    def take(self, changes: Collection[Change]) -> bool:
        """Whether these still fit; they are counted if they do."""
        size = sum(change.characters for change in changes)
        if len(changes) > self.messages or size > self.characters:
            return False
        self.messages -= len(changes)
        self.characters -= size
        return True


def catch_up(person: Person, *, known_epoch: str, revs: dict[int, int]) -> dict[str, Any]:
    """What a client missed in the rooms it names: {room: rev}. Rooms that it may not see (any more) are gone; where too
    much happened, or the database has another life than the client's, it starts again. Two queries, whatever is asked.
    """
    language = translation.get_language() or settings.LANGUAGE_CODE
    found = catch_up_all([Away(person, known_epoch, revs, language)])
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(found[0]))
    return plain


def catch_up_all(away: list[Away]) -> list[dict[str, Any]]:
    """The same for many, in their order; messages are JSON already (msgspec.Raw)."""
    now = epoch()
    heads = _heads([one for one in away if one.known_epoch == now])
    seen = [{pk: heads[one.person.pk][pk] for pk in one.revs if pk in heads[one.person.pk]} for one in away]
    near = [_near(one, rooms) for one, rooms in zip(away, seen, strict=True)]
    read = _tails(away, seen, near, now)
    return [
        _answer(one, rooms, read[one.language], now) if one.known_epoch == now else _start_again(now)
        for one, rooms in zip(away, seen, strict=True)
    ]


def _start_again(now: str) -> dict[str, Any]:
    return {"epoch": now, "rooms": {}, "gone": [], "start_again": True}


def _heads(away: list[Away]) -> dict[int, Heads]:
    """By person, the rooms that any of them named and this one may see."""
    found: dict[int, Heads] = defaultdict(dict)
    if away:
        seats = Member.objects.filter(
            person__in=these({one.person.pk for one in away}),
            room__in=these(set().union(*(one.revs for one in away))),
            room__state=Room.State.OPEN,
        )
        for person, room, head, last in seats.values_list("person", "room", "room__head", "room__last_seq"):
            found[person][room] = (head, last)
    return found


def _near(one: Away, rooms: Heads) -> dict[int, int]:
    """The rooms whose missed changes are few enough to be told, with the rev they are told from."""
    behind = [(pk, rev) for pk, rev in one.revs.items() if pk in rooms and 0 < rooms[pk][0] - rev <= MOST_CHANGES]
    return dict(behind[:MOST_ROOMS_BEHIND])


def _tails(away: list[Away], seen: list[Heads], near: list[dict[int, int]], now: str) -> dict[str, dict[int, Tail]]:
    """By language, what has to be read for all of them together."""
    wanted: dict[str, dict[int, tuple[int, int]]] = {one.language: {} for one in away}
    for one, rooms, revs in zip(away, seen, near, strict=True):
        lowest = wanted[one.language]
        for pk, rev in revs.items():
            head = rooms[pk][0]
            known = lowest.get(pk, (rev, head))
            lowest[pk] = (min(rev, known[0]), max(head, known[1]))
    found: dict[str, dict[int, Tail]] = {}
    for language, rooms in wanted.items():
        with translation.override(language):
            found[language] = tails.of(rooms, epoch=now)
    return found


def _answer(one: Away, rooms: Heads, read: dict[int, Tail], now: str) -> dict[str, Any]:
    budget, near = _Budget(), _near(one, rooms)
    told = {}
    for pk, (head, last) in rooms.items():
        rev = one.revs[pk]
        told[str(pk)] = _changes(head, last, rev, read[pk].between(rev, head) if pk in near else None, budget)
    return {"epoch": now, "rooms": told, "gone": sorted(set(one.revs) - set(rooms)), "start_again": False}


def _changes(head: int, last: int, rev: int, changes: tuple[Change, ...] | None, budget: _Budget) -> dict[str, Any]:
    """Changes. A client that knows a later head than there is has another database's rooms: it starts again."""
    fits = changes is not None and budget.take(changes)
    told = changes if changes and fits else ()
    return {
        "messages": [change.json for change in told],
        "head": head,
        "last_seq": last,
        "start_again": head != rev and not fits,
    }
