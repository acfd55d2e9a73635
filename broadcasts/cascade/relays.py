"""How far the notices have got by which units passed something down: "20/22 lớp"."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count

from broadcasts.models import Node, Receipt

CLASSES, UNITS, PEOPLE = "classes", "units", "people"


@dataclass(frozen=True, slots=True)
class Down:
    """So many of all classes whose pupils were all reached; of the units that have confirmed; or of the people who have
    opened it."""

    of: str
    done: int
    total: int


def downs_of(broadcast_ids: Collection[int]) -> dict[int, Down]:
    """Each of these notices, by what it went to: units that carry it out, else classes, else people. Three statements,
    however many there are."""
    if not broadcast_ids:
        return {}
    receipts = Receipt.objects.filter(broadcast__in=broadcast_ids).order_by().values("broadcast")
    people = receipts.annotate(total=Count("pk"), done=Count("seen_at"))
    found = {row["broadcast"]: Down(PEOPLE, row["done"], row["total"]) for row in people}
    with connection.cursor() as cursor:
        cursor.execute(IN_CLASSES.format(ids=", ".join(["%s"] * len(broadcast_ids))), [*broadcast_ids])
        found |= {broadcast: Down(CLASSES, int(done), total) for broadcast, total, done in cursor.fetchall()}
    nodes = Node.objects.filter(broadcast__in=broadcast_ids).order_by().values("broadcast")
    units = nodes.annotate(total=Count("pk"), done=Count("confirmed_at"))
    return found | {row["broadcast"]: Down(UNITS, row["done"], row["total"]) for row in units}


# A pupil is reached as in the ledger (ledger/rows.py): somebody who has it for them opened or answered it, or was told by
# hand. A class is when all its pupils are.
IN_CLASSES = """
    SELECT broadcast_id, COUNT(*), SUM(is_reached)
    FROM (
        SELECT broadcast_id, school_class_id, MIN(is_reached) AS is_reached
        FROM (
            SELECT asked.broadcast_id, asked.unit_id, asked.school_class_id,
                   COALESCE(asked.student_id, asked.person_id) AS subject_id,
                   MAX(CASE WHEN asked.acknowledged_at IS NOT NULL OR receipt.seen_at IS NOT NULL
                              OR contact.id IS NOT NULL THEN 1 ELSE 0 END) AS is_reached
            FROM broadcasts_acknowledgement AS asked
            JOIN broadcasts_receipt AS receipt
              ON receipt.broadcast_id = asked.broadcast_id AND receipt.person_id = asked.person_id
            LEFT JOIN broadcasts_contact AS contact
              ON contact.broadcast_id = asked.broadcast_id AND contact.withdrawn_at IS NULL
             AND contact.unit_id = asked.unit_id
             AND contact.subject_id = COALESCE(asked.student_id, asked.person_id)
            WHERE asked.broadcast_id IN ({ids}) AND asked.school_class_id IS NOT NULL
            GROUP BY asked.broadcast_id, asked.unit_id, asked.school_class_id,
                     COALESCE(asked.student_id, asked.person_id)
        ) AS subject
        GROUP BY broadcast_id, school_class_id
    ) AS school_class
    GROUP BY broadcast_id
"""
