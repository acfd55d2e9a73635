"""Those who hold a notice, as an audience: whom its correction reaches, nobody more and nobody less."""

from broadcasts.sql import Sql
from registry.selectors import STAFF_ROLES

_STAFF = ", ".join(f"'{role}'" for role in sorted(STAFF_ROLES))
# As they were placed when the first was issued: who has moved since still has the first in that class.
HOLDERS = f"""
    SELECT person_id, student_id, unit_id, school_class_id,
           CASE WHEN student_id IS NOT NULL THEN 1 ELSE 0 END AS guardians,
           CASE WHEN student_id IS NULL AND works = 0 THEN 1 ELSE 0 END AS students,
           CASE WHEN student_id IS NULL AND works = 1 THEN teaches ELSE 0 END AS teachers,
           CASE WHEN student_id IS NULL AND works = 1 THEN 1 - teaches ELSE 0 END AS staff
    FROM (
        SELECT had.person_id, had.student_id, had.unit_id, had.school_class_id,
               CASE WHEN had.school_class_id IS NULL AND EXISTS (
                   SELECT 1 FROM registry_role AS held WHERE held.person_id = had.person_id AND held.role IN ({_STAFF})
               ) THEN 1 ELSE 0 END AS works,
               CASE WHEN EXISTS (
                   SELECT 1 FROM registry_role AS held WHERE held.person_id = had.person_id AND held.role = 'teacher'
               ) THEN 1 ELSE 0 END AS teaches
        FROM broadcasts_acknowledgement AS had WHERE had.broadcast_id = %s
    ) AS holder
"""  # noqa: S608  constants


def holders_of(broadcast_id: int) -> Sql:
    """The rows of Audience.rows() of everybody who holds this notice: why, and where they were counted then."""
    return Sql(HOLDERS, (broadcast_id,))
