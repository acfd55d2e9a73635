"""Pages of a list: who matches, in an order that stays while their states change."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from broadcasts.ledger import policy
from broadcasts.ledger.boards import rows_of
from broadcasts.ledger.filters import Wanted
from broadcasts.ledger.places import ORG, Place
from broadcasts.ledger.policy import Standing
from broadcasts.ledger.rows import subjects
from broadcasts.ledger.totals import Row
from broadcasts.ledger.words import Part
from broadcasts.sql import Sql, sql_of
from realtime.errors import BadInput
from registry.models import Org

COLUMNS = "unit_id, school_class_id, subject_id, is_pupil, grade, state, at, reason"


@dataclass(frozen=True, slots=True)
class Listed:
    """A subject in a list."""

    unit: int
    school_class: int | None
    subject: int
    is_pupil: int
    grade: str
    state: str
    at: dt.datetime | str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list: those of it who are named, how many match, and how many of them are named."""

    listed: list[Listed]
    count: int
    named: int
    is_complete: bool

    @property
    def after(self) -> str | None:
        """Where the next page begins."""
        if self.is_complete or not self.listed:
            return None
        last = self.listed[-1]
        return f"{last.unit}.{last.school_class or 0}.{last.subject}"


def page_of(standing: Standing, place: Place, wanted: Wanted, *, after: str | None, limit: int) -> Page:
    """Those who match in this place, from `after` on; two statements, or three above schools."""
    names = place.names(standing)
    count, named, listed = _page(standing, place, names, wanted, after=after, limit=limit)
    if place.kind == ORG and not wanted.words:
        # Of pupils there is nothing but numbers here, and of grown-ups the same ones.
        count = sum(row.subjects for row in matching_rows(place, wanted))
    return Page(listed[:limit], count, named, len(listed) <= limit)


def every(standing: Standing, place: Place, wanted: Wanted, *, at_once: int) -> Iterator[list[Listed]]:
    """All who match and are named, so many at once."""
    after, is_complete = None, False
    while not is_complete:
        page = page_of(standing, place, wanted, after=after, limit=at_once)
        yield page.listed
        after, is_complete = page.after, page.is_complete


def matching_rows(place: Place, wanted: Wanted) -> list[Row]:
    """The counted rows that match."""
    rows = rows_of(place)
    levels = (
        dict(
            Org.objects.filter(pk__in={row.unit for row in rows}, type=Org.Type.SCHOOL).values_list(
                "pk", "school_level"
            )
        )
        if wanted.levels
        else {}
    )
    return [row for row in rows if wanted.matches(row, levels)]


def _page(
    standing: Standing, place: Place, names: frozenset[Part], wanted: Wanted, *, after: str | None, limit: int
) -> tuple[int, int, list[Listed]]:
    scope = place.scope()
    if place.kind == ORG:
        scope = Sql(f"{scope.text} {FOR_THEMSELVES}", scope.params)
    each, named, matches = subjects(place.broadcast.pk, scope), _named(standing, names), wanted.condition()
    if wanted.words:
        # Words find only whom one may see by name: else a count would tell of the others.
        matches = Sql(f"{matches.text} AND {named.text}", matches.params + named.params)
    later = _later(after)
    text = PAGE.format(subjects=each.text, named=named.text, matches=matches.text, later=later.text)
    params = (*named.params, *each.params, *matches.params, *later.params, limit + 1)
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        rows = cursor.fetchall()
    count, in_names = (int(rows[0][0]), int(rows[0][1] or 0)) if rows else (0, 0)
    return count, in_names, [Listed(*row[2:-1]) for row in rows if row[2] is not None]


def _named(standing: Standing, names: frozenset[Part]) -> Sql:
    """Condition on a row `subject`: one may see them by name."""
    parts = []
    if Part.PUPIL in names:
        parts += [(1, sql_of(people)) for people in policy.pupils_named_to(standing)]
    if Part.ADULT in names:
        parts.append((0, sql_of(policy.adults_named_to(standing))))
    if not parts:
        return Sql("1 = 0")
    text = " OR ".join(
        f"(subject.is_pupil = {is_pupil} AND subject.subject_id IN ({people.text}))" for is_pupil, people in parts
    )
    return Sql(f"({text})", tuple(value for _is_pupil, people in parts for value in people.params))


def _later(after: str | None) -> Sql:
    if not after:
        return Sql("1 = 1")
    parts = after.split(".")
    if len(parts) != CURSOR or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        raise BadInput(field="after")
    unit, school_class, subject = map(int, parts)
    return Sql(LATER, (unit, school_class, subject, subject, subject))


# The ids in a cursor: unit, class or 0, subject.
CURSOR = 3
# Grown-ups alone, and pupils whom no class holds: they are left out by is_pupil.
FOR_THEMSELVES = "AND asked.student_id IS NULL AND asked.school_class_id IS NULL"
ORDER = "unit_id, COALESCE(school_class_id, 0), given_name, search_text, subject_id"
# A cursor is ids alone: addresses stand in logs, and names must not.
LATER = f"""({ORDER}) > (%s, %s, (SELECT given_name FROM registry_person WHERE id = %s),
                         (SELECT search_text FROM registry_person WHERE id = %s), %s)"""  # noqa: S608  constants
PAGE = f"""
    WITH matching AS (
        SELECT subject.*, person.given_name, person.search_text, CASE WHEN {{named}} THEN 1 ELSE 0 END AS is_named
        FROM ({{subjects}}) AS subject
        JOIN registry_person AS person ON person.id = subject.subject_id
        JOIN registry_org AS unit ON unit.id = subject.unit_id
        WHERE {{matches}}
    )
    SELECT whole.people, whole.named, page.*
    FROM (SELECT COUNT(*) AS people, SUM(is_named) AS named FROM matching) AS whole
    LEFT JOIN (
        SELECT {COLUMNS}, ROW_NUMBER() OVER (ORDER BY {ORDER}) AS turn
        FROM matching WHERE is_named = 1 AND {{later}} ORDER BY {ORDER} LIMIT %s
    ) AS page ON 1 = 1
    ORDER BY page.turn
"""  # noqa: S608  constants
