"""The work grows with the package, the conversation with the database does not."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.sync.run import Request, sync_package
from tests.registry.parcel import Parcel, a_school

pytestmark = pytest.mark.django_db


def a_school_of(pupils: int) -> Parcel:
    parcel = a_school()
    for number in range(pupils):
        parcel.person(f"hs{number}", "student", "truong", agentSourcedIds=f"ph{number}")
        parcel.person(f"ph{number}", "guardian", "truong")
        parcel.enrol(f"hs{number}", "3a", "truong")
    return parcel


@contextmanager
def _statements(to: list[int]) -> Iterator[None]:
    with CaptureQueriesContext(connection) as queries:
        yield
    to.append(len(queries))


def test_the_number_of_statements_is_the_same_for_ten_pupils_and_four_hundred(tmp_path: Path) -> None:
    first: list[int] = []
    changed: list[int] = []
    unchanged: list[int] = []
    # Another source is there in either case.
    sync_package(Request(a_school().write(tmp_path / "other.zip"), apply=True, source="other"))
    for pupils in (10, 400):
        source = f"of {pupils}"
        parcel = a_school_of(pupils)
        with _statements(first):
            sync_package(Request(parcel.write(tmp_path / "a.zip"), apply=True, source=source))
        for row in parcel.rows["enrollments"]:
            row["beginDate"] = "2025-09-05"
        with _statements(changed):
            sync_package(Request(parcel.write(tmp_path / "b.zip"), apply=True, source=source, rollover=True))
        with _statements(unchanged):
            sync_package(Request(parcel.write(tmp_path / "c.zip"), apply=True, source=source))
    assert first[0] == first[1]
    assert unchanged[0] == unchanged[1]
    assert changed[0] == changed[1]


def test_a_package_without_news_writes_nothing_but_its_run_and_when_the_source_was_heard(tmp_path: Path) -> None:
    parcel = a_school_of(5)
    sync_package(Request(parcel.write(tmp_path / "a.zip"), apply=True, source="test"))
    with CaptureQueriesContext(connection) as queries:
        outcome = sync_package(Request(parcel.write(tmp_path / "b.zip"), apply=True, source="test"))
    assert not outcome.is_repeat
    written = {
        query["sql"].split('"')[1] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
    }
    assert written == {"registry_syncrun", "registry_auditline", "registry_source"}
