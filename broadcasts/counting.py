"""Sent, seen and acknowledged, in numbers: a person once, an acknowledgement once a child."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import TypedDict

from django.db import connection
from django.db.models import Count, Exists, OuterRef

from broadcasts.models import Acknowledgement, Broadcast, Receipt


class Totals(TypedDict):
    """People reached, answers wanted and given. A person whom two units hold counts in each of them, and once over all;
    `wanted` and `acknowledged` of the units add up to those of the whole."""

    recipients: int
    delivered: int
    seen: int
    wanted: int
    acknowledged: int
    units: int
    units_done: int


Units = dict[int, Totals]

# People are grouped first, so that a guardian of three children in one school is one person there: counting distinct
# people instead sorts every row three times.
BY_UNIT = """
    SELECT reason.broadcast_id, reason.unit_id, COUNT(*), COUNT(receipt.delivered_at), COUNT(receipt.seen_at),
           SUM(reason.wanted), SUM(reason.acknowledged)
    FROM (
        SELECT broadcast_id, unit_id, person_id, COUNT(*) AS wanted, COUNT(acknowledged_at) AS acknowledged
        FROM broadcasts_acknowledgement WHERE broadcast_id IN ({ids}) GROUP BY broadcast_id, unit_id, person_id
    ) AS reason
    JOIN broadcasts_receipt AS receipt
      ON receipt.broadcast_id = reason.broadcast_id AND receipt.person_id = reason.person_id
    GROUP BY reason.broadcast_id, reason.unit_id
"""


def by_unit(broadcasts: Sequence[Broadcast]) -> dict[int, Units]:
    """The totals of each unit of each of these notices, by ids: one statement for all."""
    if not broadcasts:
        return {}
    counted: dict[int, Units] = defaultdict(dict)
    wanting = {one.pk for one in broadcasts if one.wants_acknowledgement}
    with connection.cursor() as cursor:
        cursor.execute(BY_UNIT.format(ids=", ".join(["%s"] * len(broadcasts))), [one.pk for one in broadcasts])
        for broadcast, unit, recipients, delivered, seen, rows, acknowledged in cursor.fetchall():
            wanted = int(rows) if broadcast in wanting else 0
            answered = int(acknowledged) if broadcast in wanting else 0
            is_done = answered == wanted if wanted else seen == recipients
            counted[broadcast][unit] = Totals(
                recipients=recipients,
                delivered=delivered,
                seen=seen,
                wanted=wanted,
                acknowledged=answered,
                units=1,
                units_done=int(is_done),
            )
    return dict(counted)


def overall(units: dict[int, Units]) -> dict[int, Totals]:
    """The totals of whole notices, given their units: one more statement, because people are counted once."""
    people = Receipt.objects.filter(broadcast__in=units).values_list("broadcast").order_by()
    counts = people.annotate(Count("pk"), Count("delivered_at"), Count("seen_at"))
    return {broadcast: _sum(units[broadcast].values(), *numbers) for broadcast, *numbers in counts}


def of_some(broadcast: Broadcast, units: Units) -> Totals:
    """The totals of some units of a notice taken together."""
    there = Acknowledgement.objects.filter(
        broadcast=OuterRef("broadcast"), person=OuterRef("person"), unit__in=list(units)
    )
    people = Receipt.objects.filter(Exists(there), broadcast=broadcast)
    counts = people.aggregate(recipients=Count("pk"), delivered=Count("delivered_at"), seen=Count("seen_at"))
    return _sum(units.values(), counts["recipients"], counts["delivered"], counts["seen"])


def _sum(units: Collection[Totals], recipients: int, delivered: int, seen: int) -> Totals:
    return Totals(
        recipients=recipients,
        delivered=delivered,
        seen=seen,
        wanted=sum(unit["wanted"] for unit in units),
        acknowledged=sum(unit["acknowledged"] for unit in units),
        units=len(units),
        units_done=sum(unit["units_done"] for unit in units),
    )
