"""What the households that a notice would reach have had today, told before it is sent."""

from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from broadcasts.ladder.budget import MOST


@dataclass(frozen=True, slots=True)
class Spent:
    """The most that one of them has had, and how many of them have had all."""

    most_a_day: int
    most_had: int
    full: int


def spent_of_concerned() -> Spent:
    """Of the rows of `concerned` (concerned.py): one statement, however many people."""
    day = connection.ops.adapt_datefield_value(timezone.localdate())
    with connection.cursor() as cursor:
        cursor.execute(SPENT, [MOST, day])
        most_had, full = cursor.fetchone()
    return Spent(MOST, int(most_had), int(full))


SPENT = """
    SELECT COALESCE(MAX(had), 0), COUNT(CASE WHEN had >= %s THEN 1 END) FROM (
        SELECT push.household, COUNT(DISTINCT push.broadcast_id) AS had
        FROM broadcasts_homepush AS push
        WHERE push.day = %s AND push.digest_on IS NULL
          AND push.household IN (SELECT household FROM concerned WHERE household IS NOT NULL)
        GROUP BY push.household
    ) AS home
"""
