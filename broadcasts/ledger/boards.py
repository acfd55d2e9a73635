"""How far a notice has got in a place and in the parts of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from broadcasts.ledger import tallies
from broadcasts.ledger.places import CLASS, CLASSES, ORG, SCHOOL, Place, counts_under, enrolled_in
from broadcasts.ledger.policy import OF_A_SCHOOL
from broadcasts.ledger.rows import subjects
from broadcasts.ledger.totals import Row
from registry.models import Org, OrgClosure, SchoolClass

STAFF, UNPLACED = "staff", "unplaced"


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a part of a place; of no class or org of its own, of the place's org itself."""

    kind: str
    org: Org
    school_class: SchoolClass | None
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Board:
    """A place with its rows and its parts."""

    place: Place
    rows: list[Row]
    parts: list[Part]


def board_of(place: Place, *, by_unit: bool) -> Board:
    """How far the notice has got there: above schools at most some seconds old, elsewhere of this moment. `by_unit`: each
    school and office is a part."""
    if place.kind == CLASSES:
        return _of_classes(place)
    rows = rows_of(place)
    if place.kind == CLASS or place.org is None:
        return Board(place, rows, [])
    if place.kind == SCHOOL:
        return Board(place, rows, _in_school(place.org, rows))
    return Board(place, rows, _in_org(place.org, rows, by_unit=by_unit))


def rows_of(place: Place) -> list[Row]:
    """The counted rows of a place."""
    if place.kind != ORG:
        return tallies.counted_now(place.broadcast, place.scope())
    units, rows = place.units(), tallies.of_notice(place.broadcast)
    tallies.want(place.broadcast)
    return [row for row in rows if units is None or row.unit in units]


def _in_school(school: Org, rows: Iterable[Row]) -> list[Part]:
    by_class: dict[int | None, list[Row]] = defaultdict(list)
    staff = []
    for row in rows:
        if row.is_pupil:
            by_class[row.school_class].append(row)
        else:
            staff.append(row)
    classes = SchoolClass.objects.in_bulk([pk for pk in by_class if pk is not None])
    parts = [Part(CLASS, school, classes[pk], by_class[pk]) for pk in classes]
    lost = [row for pk, found in by_class.items() if pk not in classes for row in found]
    return parts + [Part(kind, school, None, found) for kind, found in ((UNPLACED, lost), (STAFF, staff)) if found]


def _in_org(org: Org, rows: Sequence[Row], *, by_unit: bool) -> list[Part]:
    units = {row.unit for row in rows}
    part_of = {unit: unit for unit in units} if by_unit else _next_below(org, units)
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[part_of.get(row.unit, row.unit)].append(row)
    orgs = Org.objects.in_bulk(list(found))
    return [Part(_kind_of(one, org), one, None, found[pk]) for pk, one in orgs.items()]


def _kind_of(part: Org, org: Org) -> str:
    if part.pk == org.pk:
        return STAFF
    return SCHOOL if part.type in OF_A_SCHOOL else ORG


def _next_below(org: Org, units: set[int]) -> dict[int, int]:
    """Of each unit the org right below `org` in which it is."""
    children = OrgClosure.objects.filter(ancestor=org, depth=1).values("descendant")
    links = OrgClosure.objects.filter(ancestor__in=children, descendant__in=units)
    return dict(links.values_list("descendant", "ancestor"))


def _of_classes(place: Place) -> Board:
    """Classes of one teacher may share pupils: their parts may add up to more than the whole."""
    each = subjects(place.broadcast.pk, place.scope())
    others = [one.pk for one in place.classes if not counts_under(place.broadcast, one)]
    pupils: dict[int, set[int]] = defaultdict(set)
    if others:
        for person, school_class in enrolled_in(others).values_list("person", "school_class"):
            pupils[school_class].add(person)
    with connection.cursor() as cursor:
        cursor.execute(each.text, each.params)
        found = [
            (subject, Row(unit, one, grade, is_pupil, state, reason, channels, 1))
            for unit, one, subject, is_pupil, grade, state, _at, reason, channels in cursor.fetchall()
        ]
    parts = [
        Part(
            CLASS,
            one.school,
            one,
            [row for subject, row in found if row.school_class == one.pk or subject in pupils[one.pk]],
        )
        for one in place.classes
    ]
    return Board(place, [row for _subject, row in found], parts)
