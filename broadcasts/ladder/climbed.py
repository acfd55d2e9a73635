"""How far the ladder of a notice has been climbed."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from broadcasts.ladder.words import FIRST
from broadcasts.models import Broadcast, HomePush, Rung
from delivery.models import Dispatch


@dataclass(frozen=True, slots=True)
class Climbed:
    """The rungs in the order of their time, each with its state; and for how many people it went to a digest."""

    rungs: list[tuple[Rung, str]]
    ends_at: dt.datetime | None
    in_digest: int


def climbed(broadcast: Broadcast) -> Climbed:
    """The rungs of this notice: three statements. A notice of before there were any has none."""
    rungs = sorted(broadcast.rungs.all(), key=lambda rung: (rung.due_at, rung.side, rung.pk))
    open_now = _not_done(broadcast, rungs)
    found: list[tuple[Rung, str]] = []
    next_at = min((rung.due_at for rung in rungs if rung.pk in open_now), default=None)
    for rung in rungs:
        if not rung.told_by:
            state = "no_channel"
        elif _is_cut_off(broadcast, rung):
            state = "ended"
        elif rung.pk not in open_now:
            state = "done"
        else:
            state = "next" if rung.due_at == next_at else "waiting"
        found.append((rung, state))
    held = HomePush.objects.filter(broadcast=broadcast, digest_on__isnull=False).count()
    return Climbed(found, broadcast.ends_at, held)


def _is_cut_off(broadcast: Broadcast, rung: Rung) -> bool:
    """Whether the notice ended before it, by itself or because another one took its place: then even the first is not told
    that waited for the morning."""
    if broadcast.ends_at is None or rung.due_at <= broadcast.ends_at:
        return False
    return rung.after > 0 or broadcast.superseded_by_id is not None


def _not_done(broadcast: Broadcast, rungs: list[Rung]) -> set[int]:
    """The rungs whose dispatch waits or is under way; one that is gone was done long ago."""
    subjects = {(FIRST, broadcast.pk): [rung.pk for rung in rungs if rung.told_by == FIRST]}
    subjects |= {(rung.told_by, rung.pk): [rung.pk] for rung in rungs if rung.told_by not in ("", FIRST)}
    waiting = Dispatch.objects.filter(
        source__in={source for source, _subject in subjects},
        subject__in={subject for _source, subject in subjects},
        done_at__isnull=True,
    )
    over = broadcast.ends_at is not None and broadcast.ends_at <= timezone.now()
    if over:
        return set()
    return {pk for key in waiting.values_list("source", "subject") for pk in subjects.get(key, ())}
