"""A list in the course of school years, beside other sources, and what it costs."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.models import Org, Person, Role, SchoolClass, Source
from registry.models.record import Status
from registry.sync.sheet.classes import school_year_on
from registry.sync.sheet.importing import SheetRequest, import_sheet
from registry.sync.sheet.rolling import Extent
from tests.registry_sheets.conftest import Send, codes, refused, state
from tests.registry_sheets.sheets import HEADER, PUPILS, STAFF, write

pytestmark = pytest.mark.django_db


def _school_of(number: int) -> list[list[object]]:
    people = [
        [n, f"{n:05}", f"Trần Văn {chr(65 + n % 26)}n", "05/04/2014", "Nam", f"6A{n % 4}", "Lò Thị Hạnh", f"09{n:08}"]
        for n in range(number)
    ]
    return [list(HEADER), *people]


def test_the_school_year_changes_on_the_first_of_august() -> None:
    assert school_year_on(dt.date(2026, 7, 31)) == 2025
    assert school_year_on(dt.date(2026, 8, 1)) == 2026
    assert school_year_on(dt.date(2027, 1, 1)) == 2026


def test_a_new_year_has_new_classes_and_the_same_people(send: Send, school: Org) -> None:
    send(PUPILS, school_year=2025)
    before = {each[0] for each in state(school)["people"]}
    risen = [[*row[:5], {"6A1": "7A1", "7A": "8A"}.get(str(row[5]), row[5]), *row[6:]] for row in PUPILS]
    outcome = send(risen, school_year=2026, rollover=True)
    assert not outcome.is_refused, codes(outcome)
    assert {each[0] for each in state(school)["people"]} == before
    years = SchoolClass.objects.filter(status=Status.ACTIVE).values_list("title", "begins_on")
    # Last year's classes ended by their dates, and are not said to be gone: their rooms stay to be read.
    assert sorted(years) == [
        (title, dt.date(2025 + (title in {"7A1", "8A"}), 8, 1)) for title in ("6A1", "7A", "7A1", "8A")
    ]


def test_classes_come_one_by_one_where_each_says_so(send: Send, school: Org) -> None:
    for title in ("6A1", "7A"):
        rows = [PUPILS[0], *(row for row in PUPILS if title in row)]
        outcome = send(rows, extent=Extent.LISTED_CLASSES)
        assert not outcome.is_refused
    assert len(state(school)["people"]) == 5


def test_a_school_that_another_source_brings_takes_no_list(send: Send, school: Org) -> None:
    other = Source.objects.get(name="Sở")
    pupil = Person.objects.create(source=other, sourced_id="p", given_name="An", family_name="Trần", name="Trần An")
    Role.objects.create(source=other, sourced_id="r", person=pupil, org=school, role="student")
    assert refused(send(PUPILS)) == "sheet_other_source"
    # Of its staff nobody else speaks.
    assert not send(STAFF).is_refused


def test_a_code_that_another_school_has_is_refused_alone(send: Send, school: Org) -> None:
    other = Source.objects.get(name="Sở")
    elsewhere = Org.objects.create(source=other, sourced_id="th", name="TH", type="school")
    elsewhere.above.create(ancestor=elsewhere, depth=0)
    pupil = Person.objects.create(
        source=other, sourced_id="p", given_name="An", family_name="Trần", name="Trần An", identifier="0012"
    )
    Role.objects.create(source=other, sourced_id="r", person=pupil, org=elsewhere, role="student")
    outcome = send(PUPILS)
    assert not outcome.is_refused
    assert "Trần Minh An" not in {each[1] for each in state(school)["people"]}
    assert len([each for each in state(school)["people"] if each[0].startswith("hs.")]) == 2


def test_queries_do_not_grow_with_the_rows(school: Org, tmp_path: Path) -> None:
    """Of a first list shown, of it applied, and of the next one, in which every fifth pupil has left."""
    # The first of the schools has no other lists beside it.
    counts: dict[int, list[int]] = {5: [], 20: [], 200: []}
    for number, found in counts.items():
        one = Org.objects.create(source=school.source, sourced_id=f"th{number}", name=f"TH {number}", type="school")
        one.parent_links.create(parent=Org.objects.get(sourced_id="xa"))
        one.above.create(ancestor=one, depth=0)
        for rows, apply in ((_school_of(number), False), (_school_of(number), True), (_fewer(number), True)):
            request = SheetRequest(write(tmp_path / "a.xlsx", rows), one, apply=apply)
            with CaptureQueriesContext(connection) as queries:
                outcome = import_sheet(request)
            assert not outcome.is_refused
            found.append(len(queries))
            Source.objects.filter(kind="sheet").update(thresholds={"removed_rows": 1000, "removed_rows_in_org": 1000})
    assert counts[20] == counts[200]


def _fewer(number: int) -> list[list[object]]:
    return [row for row in _school_of(number) if row[0] == "STT" or int(str(row[0])) % 5]
