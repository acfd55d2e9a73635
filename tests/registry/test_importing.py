"""A package becomes the registry: whole, once, and the same again."""

import zipfile
from pathlib import Path

import pytest
from django.dispatch import Signal

from registry.changes import AccessChange
from registry.models import (
    AuditLine,
    ClassSession,
    Enrolment,
    GuardianLink,
    Org,
    OrgClosure,
    Person,
    Role,
    SchoolClass,
    Source,
    SyncRun,
)
from registry.selectors import guardians_of, live_enrolments
from registry.signals import access_changed
from registry.sync.run import Request, sync_package
from rooms.models import Member
from tests.registry.conftest import Send, codes, moved
from tests.registry.parcel import Parcel, a_school

pytestmark = pytest.mark.django_db


def test_a_package_becomes_people_classes_and_links(send: Send) -> None:
    outcome = send(a_school())
    assert outcome.run.state == SyncRun.State.APPLIED
    assert Person.objects.get(sourced_id="an").name == "Trần An"
    assert set(guardians_of(Person.objects.get(sourced_id="an").pk)) == {Person.objects.get(sourced_id="hoa")}
    school_class = SchoolClass.objects.get(sourced_id="3a")
    assert (school_class.school.sourced_id, school_class.begins_on.year, school_class.ends_on.year) == (
        "truong",
        2020,
        2099,
    )
    assert ClassSession.objects.get(school_class=school_class).session.sourced_id == "nam"
    assert live_enrolments().filter(school_class=school_class).count() == 3
    assert Enrolment.objects.get(person__sourced_id="lan").is_primary


def test_a_dry_run_changes_nothing_but_says_what_would_change(send: Send) -> None:
    outcome = send(a_school(), apply=False)
    assert outcome.run.state == SyncRun.State.DRY_RUN
    assert moved(outcome)["users"] == {"added": 5}
    assert moved(outcome)["guardianLinks"] == {"added": 2}
    assert not Person.objects.exists()
    assert not Org.objects.exists()


def test_the_same_package_again_changes_nothing(send: Send) -> None:
    send(a_school())
    assert send(a_school(), apply=False).counts == send(a_school()).counts
    assert not moved(send(a_school()))


def test_the_very_same_file_is_not_even_read(tmp_path: Path) -> None:
    request = Request(a_school().write(tmp_path / "a.zip"), apply=True, source="test")
    assert not sync_package(request).is_repeat
    assert sync_package(request).is_repeat


def test_a_habit_of_the_source_that_changed_reads_the_same_file_anew(tmp_path: Path) -> None:
    request = Request(a_school().write(tmp_path / "a.zip"), apply=True, source="test")
    sync_package(request)
    Source.objects.update(family_name_first=False)
    assert moved(sync_package(request))["users"] == {"changed": 5}
    assert Person.objects.get(sourced_id="an").name == "An Trần"


def test_who_is_absent_is_marked_and_who_comes_back_is_the_same_person(send: Send) -> None:
    send(a_school())
    an = Person.objects.get(sourced_id="an")
    without = a_school()
    without.drop("users", "an")
    without.drop("roles", "an.truong.student")
    without.drop("enrollments", "3a.an")
    assert moved(send(without))["users"] == {"removed": 1}
    assert Person.objects.get(pk=an.pk).status == "tobedeleted"
    assert not Member.objects.filter(person__sourced_id="hoa", room__kind="guardians").exists()
    assert moved(send(a_school()))["users"] == {"restored": 1}
    assert Person.objects.get(sourced_id="an").pk == an.pk
    assert Member.objects.filter(person__sourced_id="hoa", room__kind="guardians").exists()
    assert guardians_of(an.pk).exists()


def test_a_transfer_ends_one_membership_and_begins_the_other_at_once(send: Send) -> None:
    parcel = a_school()
    parcel.school_class("3b", "truong")
    send(parcel)
    parcel.row("enrollments", "3a.an")["classSourcedId"] = "3b"
    assert moved(send(parcel)) == {"enrollments": {"changed": 1}}
    seats = Member.objects.filter(room__kind="guardians", person__sourced_id="hoa")
    assert [seat.room.school_class.sourced_id for seat in seats] == ["3b"]


def test_status_columns_of_a_bulk_package_are_honoured(send: Send) -> None:
    parcel = a_school()
    send(parcel)
    for row in parcel.rows["users"]:
        row |= {"status": "active", "dateLastModified": "2026-08-15T02:00:00.000Z"}
    parcel.row("users", "binh")["status"] = "tobedeleted"
    parcel.row("users", "dung")["status"] = "toBeDeleted"
    outcome = send(parcel)
    assert moved(outcome)["users"] == {"removed": 2}
    assert "vocabulary_case" in codes(outcome)
    assert Person.objects.get(sourced_id="binh").status == "tobedeleted"


def test_inactive_is_not_live_and_comes_back_as_active(send: Send) -> None:
    parcel = a_school()
    send(parcel)
    parcel.row("users", "lan")["status"] = "inactive"
    assert codes(send(parcel)) >= {"status_inactive"}
    assert not live_enrolments().filter(person__sourced_id="lan").exists()
    assert moved(send(a_school()))["users"] == {"restored": 1}


def test_an_unknown_status_never_becomes_live(send: Send) -> None:
    parcel = a_school()
    parcel.row("users", "lan")["status"] = "nghỉ"
    parcel.drop("enrollments", "3a.lan")
    parcel.drop("roles", "lan.truong.teacher")
    outcome = send(parcel)
    assert codes(outcome) == {"unknown_word"}
    assert not Person.objects.filter(sourced_id="lan").exists()


def test_a_failure_in_the_middle_leaves_the_old_generation(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    send(a_school())
    before = _state()
    members = set(Member.objects.values_list("room", "person"))

    def fail(**_kwargs: object) -> None:
        raise RuntimeError("the rooms could not be derived")

    monkeypatch.setattr(access_changed, "receivers", [])
    monkeypatch.setattr(access_changed, "sender_receivers_cache", {}, raising=False)
    listening = Signal()
    listening.connect(fail, weak=False)
    monkeypatch.setattr("registry.sync.apply.access_changed", listening)
    parcel = a_school()
    parcel.person("moi", "teacher", "truong")
    parcel.row("users", "an")["givenName"] = "Ân"
    with pytest.raises(RuntimeError):
        send(parcel)
    assert _state() == before
    assert set(Member.objects.values_list("room", "person")) == members
    assert SyncRun.objects.order_by("pk").last().state == SyncRun.State.FAILED


def test_rooms_hear_of_exactly_those_concerned(send: Send) -> None:
    send(a_school())
    heard: list[AccessChange] = []

    def hear(*, change: AccessChange, **_kwargs: object) -> None:
        heard.append(change)

    access_changed.connect(hear)
    try:
        parcel = a_school()
        parcel.person("moi", "student", "truong")
        parcel.enrol("moi", "3a", "truong")
        send(parcel)
        send(parcel)
        parcel.row("classes", "3a")["title"] = "3A2"
        parcel.row("orgs", "truong")["name"] = "Trường khác"
        send(parcel)
    finally:
        access_changed.disconnect(hear)
    change, of_themselves = heard
    assert of_themselves.people == set()
    assert of_themselves.classes == {SchoolClass.objects.get(sourced_id="3a").pk}
    assert Org.objects.get(sourced_id="truong").pk in of_themselves.orgs
    assert not change.everything
    assert change.people == {Person.objects.get(sourced_id="moi").pk}
    # What somebody comes to is what it was: nobody else's seat is looked at.
    assert (change.classes, change.orgs) == (set(), set())


def test_every_run_is_kept_and_an_applied_one_is_audited(send: Send) -> None:
    send(a_school(), apply=False)
    run = send(a_school()).run
    broken = a_school()
    broken.manifest["oneroster.version"] = "9.9"
    send(broken)
    states = list(SyncRun.objects.order_by("pk").values_list("state", "refusal_code"))
    assert states == [("dry_run", ""), ("applied", ""), ("refused", "unknown_version")]
    assert AuditLine.objects.get(act="registry.synced").subject == f"sync_run:{run.pk}"


def test_passwords_and_identity_numbers_are_nowhere_in_the_database(send: Send) -> None:
    parcel = a_school()
    parcel.row("users", "an").update(password="bi-mat-123", userMasterIdentifier="024216001234")
    send(parcel)
    stored = Person.objects.filter(sourced_id="an").values().get()
    assert "bi-mat-123" not in str(stored)
    assert "024216001234" not in str(stored)


def test_files_that_are_not_needed_are_not_read(tmp_path: Path) -> None:
    path = a_school().write(tmp_path / "a.zip")
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("demographics.csv", "sourcedId,birthDate\r\nan,2017-01-01\r\n")
        package.writestr("userProfiles.csv", "sourcedId,password\r\nx,y\r\n")
    outcome = sync_package(Request(path, apply=True, source="test"))
    assert outcome.run.state == SyncRun.State.APPLIED
    assert [issue.file for issue in outcome.issues.kept if issue.code == "ignored_file"] == [
        "demographics.csv",
        "userProfiles.csv",
    ]


def test_a_file_left_out_says_nothing_about_anybody(send: Send) -> None:
    send(a_school())
    assert not moved(send(a_school(), skip=("enrollments", "roles")))
    assert not moved(send(a_school(), skip=("users", "orgs", "classes", "academicSessions", "courses")))
    assert not moved(send(a_school(), skip=tuple(a_school().rows)))
    assert live_enrolments().count() == 3


def test_a_header_without_rows_removes_nobody(send: Send) -> None:
    send(a_school())
    parcel = a_school()
    parcel.rows["roles"] = []
    outcome = send(parcel)
    assert not moved(outcome)
    assert codes(outcome) == {"no_rows"}


def test_a_file_that_the_manifest_calls_absent_removes_nobody(send: Send) -> None:
    send(a_school())
    parcel = a_school()
    parcel.manifest["file.users"] = "absent"
    parcel.drop("users", "dung")
    parcel.drop("roles", "dung.truong.guardian")
    parcel.row("users", "binh")["agentSourcedIds"] = ""
    outcome = send(parcel)
    assert codes(outcome) == {"not_in_manifest"}
    assert "removed" not in moved(outcome)["users"]


def test_1_1_says_the_same_as_1_2(send: Send) -> None:
    send(a_school("1.1"), source="old")
    send(a_school("1.2"), source="new")
    old, new = (_state(source=name) for name in ("old", "new"))
    assert old["people"] == new["people"]
    assert old["roles"] == new["roles"]
    assert old["links"] == new["links"]
    assert old["enrolments"] == new["enrolments"]


def test_the_administrator_of_1_1_is_the_clerk_at_a_school_and_the_officer_above(send: Send) -> None:
    parcel = a_school("1.1")
    parcel.person("thu", "administrator", "truong")
    parcel.person("phuc", "administrator", "xa", "so")
    send(parcel)
    roles = {
        (role.person.sourced_id, role.org.sourced_id, role.role)
        for role in Role.objects.exclude(role__in=["teacher", "student", "guardian"])
    }
    assert roles == {
        ("thu", "truong", "siteAdministrator"),
        ("phuc", "xa", "districtAdministrator"),
        ("phuc", "so", "districtAdministrator"),
    }


def test_an_end_date_that_means_the_last_day_is_moved_to_the_day_after(send: Send) -> None:
    Source.objects.create(name="test", end_date_inclusive=True)
    parcel = a_school()
    parcel.row("enrollments", "3a.an")["endDate"] = "2027-05-31"
    send(parcel)
    assert Enrolment.objects.get(sourced_id="3a.an").ends_on.isoformat() == "2027-06-01"
    assert SchoolClass.objects.get(sourced_id="3a").ends_on.isoformat() == "2099-08-02"


def test_names_are_kept_composed_and_found_without_marks(send: Send) -> None:
    parcel = a_school()
    parcel.row("users", "hoa").update(givenName="Hạnh", familyName="Đỗ")  # Hạnh in pieces
    send(parcel)
    person = Person.objects.get(sourced_id="hoa")
    assert (person.name, person.search_text) == ("Đỗ Hạnh", "do hanh")


def _state(source: str = "test") -> dict[str, set[object]]:
    of = {"source__name": source}
    return {
        "people": set(Person.objects.filter(**of).values_list("sourced_id", "name", "status", "enabled")),
        "roles": set(
            Role.objects.filter(**of).values_list(
                "person__sourced_id", "org__sourced_id", "role", "is_primary", "status"
            )
        ),
        "enrolments": set(
            Enrolment.objects.filter(**of).values_list("sourced_id", "person__sourced_id", "role", "status")
        ),
        "links": set(
            GuardianLink.objects.filter(**of).values_list(
                "guardian__sourced_id", "student__sourced_id", "state", "relation"
            )
        ),
        "closure": set(
            OrgClosure.objects.filter(descendant__source__name=source).values_list("ancestor", "descendant", "depth")
        ),
    }


def test_a_parcel_writes_what_it_is_told(tmp_path: Path) -> None:
    parcel = Parcel()
    parcel.org("so", "state")
    with zipfile.ZipFile(parcel.write(tmp_path / "a.zip")) as package:
        assert b"so," in package.read("orgs.csv")
