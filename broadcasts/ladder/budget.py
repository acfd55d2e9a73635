"""Ngân sách làm phiền (G13): ordinary notices ring in one household at most five times a day, over all its children,
classes and schools. The notice itself is in the app at once; what is over rings once more, in the evening's digest.

Decided where a notice is about to be told, a batch of people at a time, and kept: told again after a kill, the decision is
the same. Whoever has no telephone with the app spends nothing."""

import datetime as dt
from collections.abc import Collection

from django.db import connection, transaction
from django.utils import timezone

from broadcasts.models import Broadcast, HomePush, Urgency
from delivery.actions import enqueue
from delivery.sources import Priority
from registry.lists import as_parameter, rows_of_numbers

MOST = 5
DIGEST_AT = dt.time(19, 0)
DIGEST = "digest"
# As long as what became of deliveries.
KEPT = dt.timedelta(days=90)
# Any number will do, as long as nothing else in this database locks by it: "ring" in hexadecimal.
_LOCK = 0x72696E67


def is_counted(broadcast: Broadcast) -> bool:
    """Only what can wait is counted, and only on the households' side. A correction cannot: what it corrects has rung."""
    return broadcast.urgency == Urgency.ORDINARY and broadcast.corrects_id is None


@transaction.atomic
def spend(broadcast: Broadcast, people: Collection[int]) -> None:
    """Decide for these people of households whether this notice rings now or in a digest. What was decided before stays:
    of two guardians of one household both, and it counts once."""
    if not people:
        return
    take_turn()
    now = timezone.localtime()
    today = now.date()
    evening = today if now.time() < DIGEST_AT else today + dt.timedelta(days=1)
    day = connection.ops.adapt_datefield_value
    yesterday = today - dt.timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute(
            SPEND.format(people=rows_of_numbers()),
            [
                as_parameter(people), day(today), broadcast.pk, day(yesterday), broadcast.pk, day(today), MOST,
                day(evening),
            ],
        )  # fmt: skip
        is_over = any(digest_on for (digest_on,) in cursor.fetchall())
    if is_over:
        enqueue(DIGEST, evening.toordinal(), due_at=digest_time(evening), priority=Priority.NOTICE)


def held_back(broadcast: Broadcast, people: Collection[int]) -> set[int]:
    """Those of these people for whom it waits for a digest."""
    found = HomePush.objects.filter(broadcast=broadcast, person__in=people, digest_on__isnull=False)
    return set(found.values_list("person", flat=True))


def digest_time(day: dt.date) -> dt.datetime:
    """When the digest of that day is told."""
    return timezone.make_aware(dt.datetime.combine(day, DIGEST_AT))


def take_turn() -> None:
    """One after the other, or two notices would both be the fifth; and a digest is read only when all that belongs to it
    is written. SQLite has one writer at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def forget_old_pushes() -> int:
    """Deletes what was decided more than ninety days ago; how much that was."""
    return HomePush.objects.filter(day__lt=timezone.localdate() - KEPT).delete()[0]


# One statement for a batch: what each of its households has had today, and what was decided about this notice for somebody
# else of it: the same, in a digest that is still to come. A dispatch is told within a day or two: no older rows are read.
SPEND = """
    WITH home AS (
        SELECT person.id AS person_id, COALESCE(person.household, -person.id) AS household
        FROM {people} JOIN registry_person AS person ON person.id = n.number
        WHERE EXISTS (SELECT 1 FROM delivery_pushsubscription AS push WHERE push.person_id = person.id)
    ), had AS (
        SELECT earlier.household,
               COUNT(DISTINCT CASE WHEN earlier.day = %s AND earlier.digest_on IS NULL
                                   THEN earlier.broadcast_id END) AS rang,
               MAX(CASE WHEN earlier.broadcast_id <> %s THEN NULL WHEN earlier.digest_on IS NULL THEN 0
                        ELSE 1 END) AS is_over
        FROM broadcasts_homepush AS earlier
        WHERE earlier.day >= %s AND earlier.household IN (SELECT household FROM home)
        GROUP BY earlier.household
    )
    INSERT INTO broadcasts_homepush (broadcast_id, person_id, household, day, digest_on)
    SELECT %s, home.person_id, home.household, %s,
           CASE WHEN had.is_over = 1 OR (had.is_over IS NULL AND had.rang >= %s) THEN %s END
    FROM home LEFT JOIN had ON had.household = home.household
    WHERE true ON CONFLICT DO NOTHING RETURNING digest_on
"""
