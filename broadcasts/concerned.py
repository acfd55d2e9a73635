"""The people behind an audience, gathered once into a table of this connection, however often they are read then."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from broadcasts.audiences import Audience
from registry.models import Person


@contextmanager
def concerned(audience: Audience, *, roles: list[str], author: Person) -> Iterator[None]:
    """A table `concerned` while the block runs, in one transaction: a row or more for each reason for which somebody would
    have the notice now. (person_id, student_id or NULL for oneself, unit_id, school_class_id, as what: guardians, students,
    teachers, staff, each 1 or 0; and the household of who has it as a guardian or pupil.) Without the author for
    themselves: who sends a notice is not asked whether they read it. As a guardian the author has it like the others. A
    correction goes to all who hold the first, whatever became of them: whether they may read it is asked when they do."""
    rows = audience.rows(roles)
    gather, params = (HOLDING, ()) if audience.holders_of else (GATHER, (author.pk,))
    with transaction.atomic():
        _let_the_planner_look()
        with connection.cursor() as cursor:
            cursor.execute(gather.format(rows=rows.text), (*rows.params, *params))
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


# A guardian whom no sync has placed in a household yet is one; such a pupil is counted with the guardian.
HOLDING = """
    CREATE TEMPORARY TABLE concerned AS
    SELECT every.*, CASE WHEN guardians = 1 THEN COALESCE(household, -person_id)
                         WHEN students = 1 THEN household END AS household
    FROM ({rows}) AS every
    JOIN registry_person AS known ON known.id = person_id
"""
GATHER = f"""{HOLDING} AND known.enabled AND known.status = 'active'
    WHERE student_id IS NOT NULL OR person_id <> %s
"""
