"""The people behind an audience: counted for a preview, written down at publishing. Both read the same rows."""

from dataclasses import dataclass

from django.db import connection

from broadcasts.audiences import Audience
from broadcasts.models import Broadcast, Role
from broadcasts.sql import Sql
from registry.models import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How many a notice would reach. A person in several roles counts once in `people` and once in each role."""

    schools: int
    classes: int
    households: int
    people: int
    by_role: dict[str, int]
    with_push: int


def count(audience: Audience, *, roles: list[str], author: Person) -> Reach:
    """How many publishing would write now, in one statement."""
    concerned = _concerned(audience, roles, author)
    with connection.cursor() as cursor:
        cursor.execute(_counting(concerned.text), concerned.params)
        schools, classes, households, people, with_push, *by_role = cursor.fetchone()
    return Reach(
        schools=schools,
        classes=classes,
        households=households,
        people=people,
        with_push=with_push,
        by_role=dict(zip(Role.values, by_role, strict=True)),
    )


def write(broadcast: Broadcast, audience: Audience) -> int:
    """Write why each person has the notice, and one receipt a person; how many people that is. Two statements, however
    many they are: the rows never leave the database."""
    concerned = _concerned(audience, broadcast.roles, broadcast.author)
    with connection.cursor() as cursor:
        cursor.execute(WRITE_REASONS.format(concerned=concerned.text), [broadcast.pk, *concerned.params])
        cursor.execute(WRITE_RECEIPTS, [broadcast.pk])
        return int(cursor.rowcount)


def _concerned(audience: Audience, roles: list[str], author: Person) -> Sql:
    """The audience's rows, without the author for themselves: who sends a notice is not asked whether they read it.
    As a guardian the author has it like the others."""
    rows = audience.rows(roles)
    return Sql(NOT_THE_AUTHOR.format(rows=rows.text), (*rows.params, author.pk))


def _counting(concerned: str) -> str:
    counts = [SCHOOLS, CLASSES, HOUSEHOLDS, PERSONS, WITH_PUSH, *(IN_ROLE.format(role=role) for role in Role.values)]
    return COUNTS.format(concerned=concerned, counts=", ".join(HOW_MANY.format(distinct) for distinct in counts))


NOT_THE_AUTHOR = "SELECT * FROM ({rows}) AS addressed WHERE student_id IS NOT NULL OR person_id <> %s"

# A teacher on the staff of two schools answers once: for the school that comes first.
WRITE_REASONS = """
    INSERT INTO broadcasts_acknowledgement (broadcast_id, person_id, student_id, unit_id, school_class_id)
    SELECT %s, person_id, student_id, MIN(unit_id), MIN(school_class_id)
    FROM ({concerned}) AS concerned GROUP BY person_id, student_id
"""
WRITE_RECEIPTS = """
    INSERT INTO broadcasts_receipt (broadcast_id, person_id)
    SELECT DISTINCT broadcast_id, person_id FROM broadcasts_acknowledgement WHERE broadcast_id = %s
"""

COUNTS = "WITH concerned AS ({concerned}) SELECT {counts}"
HOW_MANY = "(SELECT COUNT(*) FROM ({}) AS once)"
SCHOOLS = """
    SELECT DISTINCT unit_id FROM concerned
    JOIN registry_org ON registry_org.id = unit_id WHERE registry_org.type = 'school'
"""
CLASSES = "SELECT DISTINCT school_class_id FROM concerned WHERE school_class_id IS NOT NULL"
# A guardian whom no sync has placed in a household yet is one; such a pupil is counted with the guardian.
HOUSEHOLDS = """
    SELECT DISTINCT COALESCE(household, -registry_person.id) FROM concerned
    JOIN registry_person ON registry_person.id = person_id
    WHERE role = 'guardians' OR (role = 'students' AND household IS NOT NULL)
"""
PERSONS = "SELECT DISTINCT person_id FROM concerned"
WITH_PUSH = """
    SELECT DISTINCT person_id FROM concerned WHERE person_id IN (SELECT person_id FROM delivery_pushsubscription)
"""
IN_ROLE = "SELECT DISTINCT person_id FROM concerned WHERE role = '{role}'"
