"""Counted rows kept for boards above a school: counted again where something moved, by one of the servers while somebody
looks, and otherwise by whoever asks first. Those who ask meanwhile get what is there."""

import datetime as dt
from collections.abc import Collection

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from broadcasts.ledger.facts import LOOK_BACK, facts_of, moved_since
from broadcasts.ledger.rows import EVERYWHERE, counted
from broadcasts.ledger.totals import Row
from broadcasts.models import Broadcast, Tallied, Tally
from broadcasts.sql import Sql
from registry.lists import as_parameter, rows_of_numbers, these

# A second passes between two looks of a server, and a count of a province takes another: nothing that is shown is older
# than five.
AT_MOST_EVERY = dt.timedelta(seconds=1.5)
SHOWN_FOR = dt.timedelta(seconds=4)
# Whoever has a board open asks again long before.
WANTED_FOR = dt.timedelta(seconds=30)
# Who signs in, loses a telephone or allows pushes moves no fact of a notice, but the reason why it has not reached them.
WHOLE_EVERY = dt.timedelta(minutes=1)
FIELDS = ("unit", "school_class", "grade", "is_pupil", "state", "reason", "channels", "subjects")


def of_notice(broadcast: Broadcast, *, facts: int = 0) -> list[Row]:
    """All rows of the notice, some seconds old at most; counted when there were at least so many facts about it."""
    refresh(broadcast, facts=facts)
    return [Row(*values) for values in Tally.objects.filter(broadcast=broadcast).values_list(*FIELDS)]


def counted_now(broadcast: Broadcast, scope: Sql) -> list[Row]:
    """The rows within `scope` (rows.py), counted now."""
    rows = counted(broadcast.pk, scope)
    with connection.cursor() as cursor:
        cursor.execute(rows.text, rows.params)
        return [Row(*values) for values in cursor.fetchall()]


def refresh(broadcast: Broadcast, *, facts: int = 0) -> None:
    """Count again what moved, where what is kept is too old to be shown: while somebody looks, the servers see to it that
    it never is (look), and nobody waits."""
    kept = Tallied.objects.filter(pk=broadcast.pk).first()
    if kept is None:
        begun = broadcast.published_at - WHOLE_EVERY
        kept = Tallied(broadcast=broadcast, counted_at=begun, whole_at=begun, facts=-1)
        Tallied.objects.bulk_create([kept], ignore_conflicts=True)
    if not _is_good(kept, facts, SHOWN_FOR):
        with transaction.atomic():
            turn = Tallied.objects.select_for_update().get(pk=broadcast.pk)
            if not _is_good(turn, facts, AT_MOST_EVERY):
                _count(broadcast, turn)


def want(broadcast: Broadcast) -> None:
    """Somebody looks at a board of it: keep it counted for a while."""
    now = timezone.now()
    fading = Q(wanted_until__isnull=True) | Q(wanted_until__lt=now + WANTED_FOR / 2)
    Tallied.objects.filter(fading, pk=broadcast.pk).update(wanted_until=now + WANTED_FOR)


def look() -> int:
    """Count again what somebody looks at and what is not counted elsewhere right now; how many notices that were."""
    now = timezone.now()
    wanted = Tallied.objects.filter(wanted_until__gt=now, counted_at__lte=now - AT_MOST_EVERY)
    return sum(map(_look_at, wanted.values_list("pk", flat=True)))


@transaction.atomic
def _look_at(broadcast_id: int) -> bool:
    turns = Tallied.objects.select_for_update(skip_locked=True, of=("self",)).select_related("broadcast")
    turn = turns.filter(pk=broadcast_id).first()
    if turn is None or _is_good(turn, 0, AT_MOST_EVERY):
        return False
    _count(turn.broadcast, turn)
    return True


def _is_good(turn: Tallied, facts: int, age: dt.timedelta) -> bool:
    """Whether it is younger, or was counted with all of the facts that have to be in it."""
    is_young = turn.counted_at > timezone.now() - age
    return turn.facts >= facts if facts else is_young


def _count(broadcast: Broadcast, turn: Tallied) -> None:
    now, facts = timezone.now(), facts_of(broadcast.pk)
    if turn.whole_at < now - WHOLE_EVERY:
        _write(broadcast, None)
        turn.whole_at = now
    elif facts != turn.facts:
        _write(broadcast, moved_since(broadcast, turn.counted_at - LOOK_BACK))
    turn.counted_at, turn.facts = now, facts
    turn.save(update_fields=["counted_at", "whole_at", "facts"])


def _write(broadcast: Broadcast, units: Collection[int] | None) -> None:
    """Replace the rows of these units; of all. Within the caller's transaction, whose readers see the old or the new."""
    stale = Tally.objects.filter(broadcast=broadcast)
    scope = EVERYWHERE
    if units is not None:
        stale, scope = stale.filter(unit__in=these(units)), _in_units(units)
    stale.delete()
    rows = counted(broadcast.pk, scope)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A province is hashed in memory instead of on disk.
            cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(WRITE.format(rows=rows.text), [broadcast.pk, *rows.params])


def _in_units(units: Collection[int]) -> Sql:
    return Sql(IN_UNITS.format(numbers=rows_of_numbers()), (as_parameter(units),))


IN_UNITS = "AND asked.unit_id IN (SELECT n.number FROM {numbers})"
WRITE = """
    INSERT INTO broadcasts_tally
        (broadcast_id, unit_id, school_class_id, grade, is_pupil, state, reason, channels, subjects)
    SELECT CAST(%s AS bigint), unit_id, school_class_id, grade, is_pupil, state, reason, channels, subjects
    FROM ({rows}) AS row_of_it
"""
