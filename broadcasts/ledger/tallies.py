"""Counted rows kept for boards above a school: counted again where something moved, by whoever asks first, at most every
two seconds over all processes. Those who ask meanwhile get what is there."""

import datetime as dt
from collections.abc import Collection

from django.db import connection, transaction
from django.utils import timezone

from broadcasts.ledger.facts import LOOK_BACK, facts_of, moved_since
from broadcasts.ledger.rows import EVERYWHERE, counted
from broadcasts.ledger.totals import Row
from broadcasts.models import Broadcast, Tallied, Tally
from broadcasts.sql import Sql
from registry.lists import as_parameter, rows_of_numbers, these

AT_MOST_EVERY = dt.timedelta(seconds=2)
SHOWN_FOR = dt.timedelta(seconds=4)
# Who signs in, loses a telephone or allows pushes moves no fact of a notice, but the reason why it has not reached them.
WHOLE_EVERY = dt.timedelta(minutes=1)
FIELDS = ("unit", "school_class", "grade", "is_pupil", "state", "reason", "channels", "subjects")


def of_notice(broadcast: Broadcast, *, within: dt.timedelta = AT_MOST_EVERY) -> list[Row]:
    """All rows of the notice, counted within that time, or by somebody who is at it."""
    refresh(broadcast, within=within)
    return [Row(*values) for values in Tally.objects.filter(broadcast=broadcast).values_list(*FIELDS)]


def of_units(broadcast: Broadcast, units: Collection[int]) -> list[Row]:
    """The rows of these units, counted now."""
    return counted_now(broadcast, _in_units(units))


def counted_now(broadcast: Broadcast, scope: Sql) -> list[Row]:
    """The rows within `scope` (rows.py), counted now."""
    rows = counted(broadcast.pk, scope)
    with connection.cursor() as cursor:
        cursor.execute(rows.text, rows.params)
        return [Row(*values) for values in cursor.fetchall()]


def refresh(broadcast: Broadcast, *, within: dt.timedelta = AT_MOST_EVERY) -> None:
    """Count again what moved, if it is time. Whoever else has it in hand is waited for only where nothing was counted yet
    or what there is has grown too old to be shown."""
    kept = Tallied.objects.filter(pk=broadcast.pk).first()
    if _is_younger(kept, within):
        return
    with transaction.atomic():
        if kept is None:
            begun = broadcast.published_at - WHOLE_EVERY
            Tallied.objects.bulk_create(
                [Tallied(broadcast=broadcast, counted_at=begun, whole_at=begun, facts=-1)], ignore_conflicts=True
            )
        turns = Tallied.objects.select_for_update(skip_locked=bool(within) and _is_younger(kept, SHOWN_FOR))
        turn = turns.filter(pk=broadcast.pk).first()
        if turn and not _is_younger(turn, within):
            _count(broadcast, turn)


def _is_younger(turn: Tallied | None, age: dt.timedelta) -> bool:
    return turn is not None and turn.counted_at > timezone.now() - age


def _count(broadcast: Broadcast, turn: Tallied) -> None:
    now, facts = timezone.now(), facts_of(broadcast.pk)
    if turn.whole_at < now - WHOLE_EVERY:
        _write(broadcast, None)
        turn.whole_at = now
    elif facts != turn.facts:
        _write(broadcast, moved_since(broadcast, turn.counted_at - LOOK_BACK))
    turn.counted_at, turn.facts = now, facts
    turn.save()


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
