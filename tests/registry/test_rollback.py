"""After a rollback the registry, and everything derived from it, is what it was before."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.changes import AccessChange
from registry.models import (
    AcademicSession,
    AuditLine,
    ClassSession,
    Course,
    Enrolment,
    GuardianLink,
    Org,
    OrgClosure,
    OrgParent,
    Person,
    Role,
    SchoolClass,
    Source,
    SyncChange,
    SyncRun,
)
from registry.models.record import Record
from registry.signals import access_changed
from registry.sync.errors import PackageRefused
from registry.sync.rollback import may_be_rolled_back, roll_back
from registry.sync.run import Outcome, Request, last_applied, sync_package
from rooms.models import Member
from tests.registry.conftest import Send, moved
from tests.registry.parcel import Parcel, a_school
from tests.registry.test_repeating import empty, parcels
from tests.registry.test_valves import a_province, open_in, take_away

pytestmark = pytest.mark.django_db

RECORDS: tuple[type[Record], ...] = (AcademicSession, Org, Course, SchoolClass, Person, Role, Enrolment)


def whole_state(known: dict[str, set[int]] | None = None) -> dict[str, Any]:
    """Every column of every table that a run writes, and who sits in which open room. Of people, orgs and classes only
    those `known` before: what a run made of these is ended, not deleted, because rooms and accounts may hang on it."""
    found: dict[str, Any] = {}
    for model in (*RECORDS, GuardianLink, OrgParent, ClassSession):
        rows = model.objects.values()
        found[model.__name__] = {
            row["id"]: {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()}
            for row in rows
            if known is None or model not in (Person, Org, SchoolClass) or row["id"] in known[model.__name__]
        }
    orgs = set(found["Org"])
    closure = OrgClosure.objects.values_list("ancestor", "descendant", "depth")
    found["closure"] = {row for row in closure if row[0] in orgs and row[1] in orgs}
    seats = Member.objects.filter(room__state="open").values_list("room__key", "person", "seat")
    found["members"] = set(seats)
    found["scope"] = set(Source.objects.values_list("pk", "scope_org", "family_name_first"))
    return found


def known_of(state: dict[str, Any]) -> dict[str, set[int]]:
    return {name: set(state[name]) for name in ("Person", "Org", "SchoolClass")}


def apply(parcel: Parcel) -> Outcome:
    """Applied, confirmed at the machine where it is held."""
    with tempfile.TemporaryDirectory() as folder:
        path = parcel.write(Path(folder) / "a.zip")
        outcome = sync_package(Request(path, apply=True, source="test"))
        if outcome.is_held:
            outcome = sync_package(Request(path, apply=True, source="test", confirm="thử"))
        return outcome


@pytest.mark.timeout(900)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(first=parcels(), second=parcels(), third=st.none() | parcels())
def test_a_run_and_its_rollback_leave_everything_as_it_was(first: Parcel, second: Parcel, third: Parcel | None) -> None:
    empty()
    if apply(first).run.state != "applied":
        return
    if third is not None:
        apply(third)
    before = whole_state()
    outcome = apply(second)
    if outcome.run.state != "applied" or not moved(outcome):
        return
    roll_back(outcome.run, by=None, reason="thử")
    after = whole_state(known_of(before))
    for name, rows in before.items():
        assert after[name] == rows, name
    for model in (Person, Org, SchoolClass):
        made = model.objects.exclude(pk__in=known_of(before)[model.__name__])
        assert set(made.values_list("status", flat=True)) <= {"tobedeleted"}


def test_a_rollback_gives_back_rights_links_parents_and_names(send: Send) -> None:
    parcel = a_school()
    parcel.org("xa2", "local", "so")
    send(parcel)
    before = whole_state()
    take_away(parcel, "an", "hoa")
    parcel.row("orgs", "truong")["parentSourcedId"] = "xa2"
    parcel.row("users", "lan")["givenName"] = "Lân"
    parcel.school_class("3b", "truong")
    parcel.row("enrollments", "3a.binh")["classSourcedId"] = "3b"
    run = send(parcel).run
    assert whole_state()["members"] != before["members"]
    heard: list[AccessChange] = []
    access_changed.connect(_hear := lambda change, **_: heard.append(change))
    roll_back(run, by=None, reason="gói sai")
    access_changed.disconnect(_hear)
    assert whole_state(known_of(before)) == before
    [change] = heard
    assert not change.everything
    assert change.people >= {Person.objects.get(sourced_id=each).pk for each in ("an", "hoa", "binh", "lan")}


def test_what_came_with_it_comes_back_as_the_same(send: Send) -> None:
    send(a_school())
    parcel = a_school()
    parcel.person("moi", "teacher", "truong")
    run = send(parcel).run
    moi = Person.objects.get(sourced_id="moi")
    roll_back(run, by=None, reason="gói sai")
    moi.refresh_from_db()
    assert moi.status == "tobedeleted"
    assert not Role.objects.filter(person=moi).exists()
    parcel.row("users", "lan")["givenName"] = "Lân"
    assert moved(send(parcel))["users"] == {"changed": 1, "restored": 1}
    assert Person.objects.get(sourced_id="moi").pk == moi.pk


def test_the_run_before_is_then_the_one_that_stands(tmp_path: Path) -> None:
    first, second = a_school(), a_school()
    second.row("users", "lan")["givenName"] = "Lân"
    one, two = first.write(tmp_path / "1.zip"), second.write(tmp_path / "2.zip")
    generation = sync_package(Request(one, apply=True, source="test")).run
    run = sync_package(Request(two, apply=True, source="test")).run
    assert sync_package(Request(two, apply=True, source="test")).is_repeat
    roll_back(run, by=None, reason="gói sai")
    run.refresh_from_db()
    assert (run.state, run.rollback_reason) == ("rolled_back", "gói sai")
    assert last_applied(run.source) == generation
    assert sync_package(Request(one, apply=True, source="test")).is_repeat
    held = sync_package(Request(two, apply=True, source="test"))
    assert open_in(held) == {"rolled_back_before"}
    confirmed = sync_package(Request(two, apply=True, source="test", confirm="đúng gói này"))
    assert confirmed.run.state == "applied"
    assert Person.objects.get(sourced_id="lan").given_name == "Lân"
    assert AuditLine.objects.filter(act="registry.rolled_back").count() == 1


def test_neither_the_first_run_nor_an_older_one_nor_one_without_a_journal_is_taken_back(send: Send) -> None:
    runs = []
    for name in ("Lan", "Lân", "Loan"):
        parcel = a_school()
        parcel.row("users", "lan")["givenName"] = name
        runs.append(send(parcel).run)
    assert [may_be_rolled_back(run) for run in runs] == ["not_the_newest", "not_the_newest", ""]
    roll_back(runs[2], by=None, reason="x")
    roll_back(runs[1], by=None, reason="x")
    runs[0].refresh_from_db()
    assert may_be_rolled_back(runs[0]) == "the_first_run"
    with pytest.raises(PackageRefused, match="the_first_run"):
        roll_back(runs[0], by=None, reason="x")
    parcel = a_school()
    parcel.row("users", "lan")["givenName"] = "Liên"
    newest = send(parcel).run
    SyncChange.objects.all().delete()
    assert may_be_rolled_back(newest) == "journal_gone"


def test_a_failure_in_the_middle_of_a_rollback_leaves_the_run_applied(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(a_school())
    parcel = a_school()
    take_away(parcel, "an")
    run = send(parcel).run
    before = whole_state()

    def fail(_day: object) -> set[int]:
        raise RuntimeError

    monkeypatch.setattr("registry.sync.rollback.rebuild_closure", fail)
    with pytest.raises(RuntimeError):
        roll_back(run, by=None, reason="x")
    run.refresh_from_db()
    assert run.state == SyncRun.State.APPLIED
    assert whole_state() == before


def test_a_deny_made_here_outlives_a_rollback(send: Send) -> None:
    from registry.models import LocalOverride

    send(a_school())
    parcel = a_school()
    parcel.row("users", "lan")["givenName"] = "Lân"
    run = send(parcel).run
    hoa = Person.objects.get(sourced_id="hoa")
    LocalOverride.objects.create(person=hoa, reason="quyết định của toà", review_on="2030-01-01")
    roll_back(run, by=None, reason="x")
    assert LocalOverride.objects.filter(person=hoa, ended_at=None).exists()


def test_a_journal_holds_what_changed_and_no_more(send: Send) -> None:
    parcel = a_province(pupils=30)
    assert not SyncChange.objects.filter(run=send(parcel).run).exists()
    parcel.row("users", "gv0")["givenName"] = "Khác"
    run = send(parcel).run
    journal = set(run.changes.values_list("model", flat=True))
    assert journal == {"source", "person"}
    assert run.changes.filter(model="person").count() == 1


def test_the_conversation_with_the_database_does_not_grow_with_the_rows(send: Send) -> None:
    statements = []
    for pupils in (10, 40):
        parcel = a_province(pupils=pupils, schools=1)
        send(parcel, source=f"of {pupils}")
        for row in parcel.rows["enrollments"]:
            row["beginDate"] = "2025-09-05"
        for row in parcel.rows["users"]:
            row["familyName"] = "Lê"
        Source.objects.update(thresholds={"changed_percent": 100})
        run = send(parcel, source=f"of {pupils}").run
        with CaptureQueriesContext(connection) as queries:
            roll_back(run, by=None, reason="x")
        statements.append(len(queries))
    assert statements[0] == statements[1]
