"""The people behind an audience: counted before sending, written down at publishing. Both read the same rows."""

from dataclasses import dataclass

from django.db import connection

from broadcasts.audiences import Audience
from broadcasts.cascade import writing
from broadcasts.concerned import concerned
from broadcasts.models import Broadcast, Node, Role
from broadcasts.reach import Reach, reach_of_concerned
from registry.models import Org, Person


@dataclass(frozen=True, slots=True)
class Size:
    """How many people a notice would reach, and in how many schools."""

    people: int
    schools: int


def count(audience: Audience, *, roles: list[str], author: Person) -> Reach:
    """All that is told of whom publishing would reach now: `people` are exactly the receipts it would write."""
    with concerned(audience, roles=roles, author=author):
        return reach_of_concerned()


def size(audience: Audience, *, roles: list[str], author: Person) -> Size:
    """The same two numbers of it alone, in half the time."""
    with concerned(audience, roles=roles, author=author), connection.cursor() as cursor:
        cursor.execute(SIZE)
        return Size(*cursor.fetchone())


def carriers(audience: Audience, *, author: Person, issuer: Org) -> int:
    """How many units would have to carry it out."""
    if audience.holders_of is not None:
        return Node.objects.filter(broadcast=audience.holders_of).count()
    with concerned(audience, roles=[Role.STAFF.value], author=author):
        return writing.count(issuer.pk)


def write(broadcast: Broadcast, audience: Audience) -> int:
    """Write why each person has the notice, and one receipt a person; how many people that is. The rows never leave the
    database, however many they are. Whoever was promised a number compares it with this one and rolls back if it is
    another: nothing is nearer to what is sent."""
    with concerned(audience, roles=broadcast.roles, author=broadcast.author), connection.cursor() as cursor:
        cursor.execute(WRITE_REASONS, [broadcast.pk])
        cursor.execute(WRITE_RECEIPTS, [broadcast.pk])
        people = int(cursor.rowcount)
        if broadcast.wants_carrying_out and people:
            if broadcast.corrects_id is None:
                writing.write(broadcast)
            else:
                writing.write_again(broadcast, broadcast.corrects_id)
        return people


SIZE = """
    SELECT (SELECT COUNT(*) FROM (SELECT DISTINCT person_id FROM concerned) AS person),
           (SELECT COUNT(*) FROM (SELECT DISTINCT unit_id FROM concerned) AS unit
            JOIN registry_org ON registry_org.id = unit_id WHERE registry_org.type = 'school')
"""
# Each reason once, and in the order of the indexes that it fills: each of them then grows at one end.
WRITE_REASONS = """
    INSERT INTO broadcasts_acknowledgement (broadcast_id, person_id, student_id, unit_id, school_class_id)
    SELECT DISTINCT CAST(%s AS bigint), person_id, student_id, unit_id, school_class_id
    FROM concerned ORDER BY person_id, student_id
"""
WRITE_RECEIPTS = """
    INSERT INTO broadcasts_receipt (broadcast_id, person_id)
    SELECT DISTINCT CAST(%s AS bigint), person_id FROM concerned ORDER BY person_id
"""
