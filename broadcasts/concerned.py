"""The people behind an audience, gathered once into a table of this connection, however often they are read then."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from broadcasts.audiences import Audience
from registry.models import Person


@contextmanager
def concerned(audience: Audience, *, roles: list[str], author: Person) -> Iterator[None]:
    """A table `concerned` while the block runs, in one transaction: a row for each reason for which somebody would have
    the notice now. (person_id, student_id or NULL for oneself, unit_id, school_class_id, and as what: guardians,
    students, teachers, staff, each 1 or 0.) Without the author for themselves: who sends a notice is not asked whether
    they read it. As a guardian the author has it like the others."""
    rows = audience.rows(roles)
    with transaction.atomic():
        _let_the_planner_look()
        with connection.cursor() as cursor:
            cursor.execute(GATHER.format(rows=rows.text), (*rows.params, author.pk))
            if connection.vendor == "postgresql":
                cursor.execute("ANALYZE concerned")
        yield
        # Not in a finally: after a failure the transaction is over and the table with it.
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE concerned")


def _let_the_planner_look() -> None:
    """Who is whose guardian joins a dozen tables, whose best order the planner finds only if it may look at all of them;
    and a province's worth of rows is hashed in memory instead of on disk."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL join_collapse_limit = 20; SET LOCAL from_collapse_limit = 20; SET LOCAL geqo = off;"
                " SET LOCAL work_mem = '64MB'"
            )


# A teacher on the staff of two schools answers once: for the school that comes first.
GATHER = """
    CREATE TEMPORARY TABLE concerned AS
    SELECT person_id, student_id, MIN(unit_id) AS unit_id, MIN(school_class_id) AS school_class_id,
           MAX(CASE role WHEN 'guardians' THEN 1 ELSE 0 END) AS guardians,
           MAX(CASE role WHEN 'students' THEN 1 ELSE 0 END) AS students,
           MAX(CASE role WHEN 'teachers' THEN 1 ELSE 0 END) AS teachers,
           MAX(CASE role WHEN 'staff' THEN 1 ELSE 0 END) AS staff
    FROM ({rows}) AS addressed WHERE student_id IS NOT NULL OR person_id <> %s
    GROUP BY person_id, student_id
"""
