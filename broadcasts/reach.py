"""What a sender is told before sending: whom the notice would reach, how, and who may be missed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

from broadcasts.forecast import Forecast, forecast_of
from broadcasts.ladder.spent import Spent, spent_of_concerned
from broadcasts.models import Role

MOST_MISSED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """How people can be reached: on a device that is signed in, by push, or neither. One may be in both."""

    app: int
    push: int
    none: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A unit where so many households have no device that is signed in."""

    unit: int
    households: int
    without_app: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How many a notice would reach. A person in several roles counts once in `people` and once in each role."""

    units: int
    schools: int
    classes: int
    households: int
    people: int
    by_role: dict[str, int]
    channels: Channels
    forecast: Forecast
    easily_missed: list[Missed]
    # None where it would reach no household.
    spent: Spent | None


def reach_of_concerned() -> Reach:
    """Of the rows of `concerned` (concerned.py): a fixed number of statements, however many people."""
    with _homes():
        people, app, push, none, *by_role = _numbers(PEOPLE)
        units, schools, classes, households = _numbers(UNITS)
        return Reach(
            units=units,
            schools=schools,
            classes=classes,
            households=households,
            people=people,
            by_role=dict(zip(Role.values, by_role, strict=True)),
            channels=Channels(app=app, push=push, none=none),
            forecast=forecast_of(_sample(SOME_HOMES if households else SOME_PEOPLE)),
            easily_missed=_easily_missed(),
            spent=spent_of_concerned() if households else None,
        )


@contextmanager
def _homes() -> Iterator[None]:
    """A table `home` while the block runs: each household in each unit, and whether it has the app."""
    with connection.cursor() as cursor:
        cursor.execute(HOMES)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE home")


def _numbers(sql: str) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return tuple(int(number) for number in cursor.fetchone())


def _easily_missed() -> list[Missed]:
    with connection.cursor() as cursor:
        cursor.execute(EASILY_MISSED)
        return [
            Missed(unit=unit, households=households, without_app=int(without))
            for unit, households, without in cursor.fetchall()
        ]


def _sample(sql: str) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return dict(cursor.fetchall())


HAS_APP = """CASE WHEN person_id IN (
    SELECT account.person_id FROM registry_account AS account
    JOIN registry_device AS device ON device.account_id = account.id AND device.ended_at IS NULL
    WHERE account.is_active AND account.person_id IS NOT NULL) THEN 1 ELSE 0 END"""
HAS_PUSH = "CASE WHEN person_id IN (SELECT person_id FROM delivery_pushsubscription) THEN 1 ELSE 0 END"
HOMES = f"""
    CREATE TEMPORARY TABLE home AS
    SELECT unit_id, household, MAX({HAS_APP}) AS app FROM concerned WHERE household IS NOT NULL
    GROUP BY unit_id, household
"""  # noqa: S608  constants
PEOPLE = f"""
    SELECT COUNT(*), COALESCE(SUM(app), 0), COALESCE(SUM(push), 0), COUNT(CASE WHEN app = 0 AND push = 0 THEN 1 END),
           COALESCE(SUM(guardians), 0), COALESCE(SUM(students), 0), COALESCE(SUM(teachers), 0), COALESCE(SUM(staff), 0)
    FROM (
        SELECT MAX(guardians) AS guardians, MAX(students) AS students, MAX(teachers) AS teachers, MAX(staff) AS staff,
               {HAS_APP} AS app, {HAS_PUSH} AS push
        FROM concerned GROUP BY person_id
    ) AS person
"""  # noqa: S608  constants
UNITS = """
    SELECT COUNT(DISTINCT unit_id), COUNT(DISTINCT CASE WHEN registry_org.type = 'school' THEN unit_id END),
           COUNT(DISTINCT school_class_id), (SELECT COUNT(*) FROM (SELECT DISTINCT household FROM home) AS once)
    FROM (SELECT DISTINCT unit_id, school_class_id FROM concerned) AS place
    JOIN registry_org ON registry_org.id = unit_id
"""
EASILY_MISSED = f"""
    SELECT unit_id, COUNT(*), SUM(1 - app) FROM home
    GROUP BY unit_id HAVING SUM(1 - app) > 0 ORDER BY SUM(1 - app) DESC, unit_id LIMIT {MOST_MISSED}
"""  # noqa: S608  a constant
# Enough to know the share to some percent, and the same ones each time, spread by a number that has nothing to do with
# where they live. Of a notice to staff alone each person stands for themselves.
SOME_HOMES = """
    SELECT DISTINCT person_id, household FROM concerned WHERE household IN (
        SELECT household FROM (SELECT DISTINCT household FROM home) AS once
        ORDER BY ABS(household * 7919 % 10007), household LIMIT 400)
"""
SOME_PEOPLE = """
    SELECT person_id, person_id FROM (SELECT DISTINCT person_id FROM concerned) AS once
    ORDER BY person_id * 7919 % 10007, person_id LIMIT 400
"""
