"""The live board: tells those who watch a notice how far it has got, at most once a second, whoever counts.

Answers come in on any process, so the turn to tell is taken in the database, and each telling has a number. What comes
in within a second after one is told by the next answer, or by the look that every process with watchers takes at the
topics it serves. Where nobody watches, nothing is counted.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from functools import partial

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from broadcasts import counting, policy
from broadcasts.events import BroadcastProgressed
from broadcasts.ledger import tallies
from broadcasts.ledger.facts import LOOK_BACK, moved_since, with_facts
from broadcasts.ledger.totals import Row, reached
from broadcasts.models import Broadcast
from broadcasts.serializers import unit_totals
from broadcasts.shapes import LiveTotals, LiveUnit, UnitTotals
from realtime import publish, topic_owner
from realtime.topics import Missed
from registry.models import Org

PREFIX = "broadcast"
AT_MOST_EVERY = dt.timedelta(seconds=1)
# A watcher's process renews it at half time; a process that died stops being counted for.
WATCH_LEASE = dt.timedelta(minutes=2)


def topic_of(broadcast_id: int) -> str:
    """The topic that a notice's watchers follow."""
    return f"{PREFIX}.{broadcast_id}"


def watch(broadcast: Broadcast) -> None:
    """Somebody watches this notice from now on."""
    _renew([broadcast.pk])


def progressed(broadcast: Broadcast) -> None:
    """A fact about this notice was written: tell those who watch, after commit."""
    if broadcast.watched_until and broadcast.watched_until > timezone.now():
        transaction.on_commit(partial(_tell, broadcast.pk), robust=True)


@topic_owner
class Boards:
    """Answers for "broadcast.12". Nobody follows one but by asking (broadcast.watch)."""

    prefix = PREFIX
    is_on_request = True

    def topics_for(self, person_pks: Collection[int]) -> dict[int, set[str]]:
        """None: boards are followed on request."""
        return {pk: set() for pk in person_pks}

    def heads(self, topics: Collection[str]) -> dict[str, int]:
        """The number of each notice's newest telling; one that is due is made now. Being asked means that it is watched
        here, so the watch is renewed."""
        watched = [_id_of(topic) for topic in topics]
        _renew(watched)
        return {topic_of(one.pk): _take_turn(one) or one.told_rev for one in with_facts(watched)}

    def changes_since(self, topic: str, rev: int) -> Iterable[Missed]:
        """How the notice stands now, if it was told again after `rev`."""
        broadcast = Broadcast.objects.filter(pk=_id_of(topic), told_rev__gt=rev).first()
        if broadcast is None:
            return []
        event = _event(broadcast, since=timezone.now() - LOOK_BACK)
        return [Missed(rev=broadcast.told_rev, roster=0, text=event.encode(topic))]

    def roster(self, topic: str, people: Collection[int]) -> tuple[int, set[int]]:
        """Which of these people may see the progress today."""
        broadcast = Broadcast.objects.select_related("audience_class").filter(pk=_id_of(topic)).first()
        return 0, policy.overseers(broadcast, among=people) if broadcast else set()


def _renew(broadcast_ids: Collection[int]) -> None:
    now = timezone.now()
    fading = Q(watched_until__isnull=True) | Q(watched_until__lt=now + WATCH_LEASE / 2)
    Broadcast.objects.filter(fading, pk__in=broadcast_ids).update(watched_until=now + WATCH_LEASE)


def _tell(broadcast_id: int) -> None:
    broadcast = with_facts([broadcast_id]).get()
    since = (broadcast.told_at or broadcast.published_at) - LOOK_BACK
    if (rev := _take_turn(broadcast)) is not None:
        publish(topic_of(broadcast_id), _event(broadcast, since=since), rev=rev)


def _take_turn(broadcast: Broadcast) -> int | None:
    """The number of a new telling, if there is something to tell, a second has passed, and nobody else tells it."""
    now, facts = timezone.now(), broadcast.facts  # type: ignore[attr-defined]  # annotated by _with_facts
    if facts == broadcast.told_facts or (broadcast.told_at and broadcast.told_at > now - AT_MOST_EVERY):
        return None
    untold = Broadcast.objects.filter(pk=broadcast.pk, told_rev=broadcast.told_rev)
    is_ours = untold.update(told_rev=F("told_rev") + 1, told_at=now, told_facts=facts)
    broadcast.told_facts = facts
    return broadcast.told_rev + 1 if is_ours else None


def _event(broadcast: Broadcast, *, since: dt.datetime) -> BroadcastProgressed:
    units = counting.by_unit([broadcast])[broadcast.pk]
    totals = counting.overall({broadcast.pk: units})[broadcast.pk]
    # With every fact that is told of: it may be the last telling for long.
    rows = tallies.of_notice(broadcast, facts=broadcast.told_facts)
    moved = {unit: units[unit] for unit in moved_since(broadcast, since) if unit in units}
    told = unit_totals(moved, Org.objects.in_bulk(list(moved)))
    return BroadcastProgressed(
        broadcast=broadcast.pk,
        totals=LiveTotals(**totals, **reached(rows)),
        units=[_live(one, [row for row in rows if row.unit == one["unit"]["id"]]) for one in told],
    )


def _live(one: UnitTotals, rows: Iterable[Row]) -> LiveUnit:
    return LiveUnit(unit=one["unit"], totals=LiveTotals(**one["totals"], **reached(rows)))


def _id_of(topic: str) -> int:
    return int(topic.partition(".")[2])
