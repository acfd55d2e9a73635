"""Deltas and what hangs on others: guardians, sessions, schools, and rows that have to wait."""

import datetime as dt
from itertools import pairwise

import pytest
from django.utils import timezone

from registry.models import (
    Enrolment,
    PendingRow,
    Role,
    SchoolClass,
    SyncRun,
)
from registry.selectors import live_enrolments
from rooms.models import Room
from tests.registry.conftest import Send, codes, moved
from tests.registry.deltas import at, delta, gone, guardians_named, renamed
from tests.registry.parcel import Parcel, a_school

pytestmark = pytest.mark.django_db

# -- Who says to be whose guardian ---


def test_a_user_row_says_all_the_guardians_of_its_person(send: Send) -> None:
    send(a_school())
    parcel = delta()
    parcel.rows["users"].append({**a_school().row("users", "an"), "agentSourcedIds": "dung"})
    send(parcel.said())
    assert guardians_named("an") == {"dung"}
    assert guardians_named("binh") == {"dung"}


@pytest.mark.parametrize("who", ["an", "hoa"])
def test_in_a_delta_it_is_enough_that_one_side_takes_it_back(send: Send, who: str) -> None:
    both = a_school(said_by="both")
    send(both)
    parcel = delta()
    parcel.rows["users"].append({**both.row("users", who), "agentSourcedIds": ""})
    parcel.said(at(2))
    outcome = send(parcel)
    assert moved(outcome)["guardianLinks"] == {"removed": 1}
    assert guardians_named("an") == set()
    assert not moved(send(parcel))
    assert not moved(send(delta().copy()))
    # A bulk package says everything anew, and there either side is enough.
    both.row("users", who)["agentSourcedIds"] = ""
    assert moved(send(both))["guardianLinks"] == {"restored": 1}


def test_what_the_other_side_says_stays_when_a_row_never_said_it(send: Send) -> None:
    send(a_school(said_by="guardian"))
    parcel = renamed("Bảo An", 2)
    parcel.row("users", "an")["agentSourcedIds"] = ""
    assert moved(send(parcel)) == {"users": {"changed": 1}}
    assert guardians_named("an") == {"hoa"}


def _between_schools(said_by: str) -> Parcel:
    """hoa is a guardian above two schools; an is a pupil of one of them."""
    parcel = a_school(said_by=said_by)
    parcel.org("truong2", "school", "xa")
    parcel.role("hoa", "guardian", "xa", kind="secondary")
    return parcel


def test_a_pupil_who_is_at_no_school_for_a_day_keeps_who_named_them(send: Send) -> None:
    """Meanwhile roles tell nothing of who is whose guardian; when they do again, it is as it was."""
    first = _between_schools("guardian")
    send(first)
    without, again = first.copy(), first.copy()
    without.drop("roles", "an.truong.student")
    again.drop("roles", "an.truong.student")
    again.role("an", "student", "truong2")
    send(first.until(without, at(2)))
    assert guardians_named("an") == set()
    send(without.until(again, at(3)))
    assert guardians_named("an") == {"hoa"}
    assert guardians_named("hoa") == set()


def test_who_was_taken_back_stays_so_while_the_pupil_is_at_no_school(send: Send) -> None:
    """A row that says again what it always said is no news, whichever way roles would have it read."""
    first = _between_schools("both")
    send(first)
    steps = [first]

    def then() -> Parcel:
        steps.append(steps[-1].copy())
        return steps[-1]

    then().row("users", "an")["agentSourcedIds"] = ""
    then().drop("roles", "an.truong.student")
    then().row("users", "hoa")["phone"] = "0912345678"
    then().role("an", "student", "truong2")
    for number, (before, after) in enumerate(pairwise(steps), 2):
        send(before.until(after, at(number)))
        assert guardians_named("an") == set()
    # Said anew, it is in force again.
    then().row("users", "an")["agentSourcedIds"] = "hoa"
    send(steps[-2].until(steps[-1], at(6)))
    assert guardians_named("an") == {"hoa"}


def test_who_took_it_back_while_nobody_was_whose_guardian_is_believed_whichever_way_it_is_read(send: Send) -> None:
    """Two grown-ups name each other. One of them becomes a pupil and names nobody: the other's word is older than that."""
    first = a_school()
    first.row("users", "hoa")["agentSourcedIds"] = "lan"
    first.row("users", "lan")["agentSourcedIds"] = "hoa"
    send(first)
    after = first.copy()
    for row in [each for each in after.rows["roles"] if each["userSourcedId"] == "lan"]:
        after.drop("roles", row["sourcedId"])
    after.role("lan", "student", "truong")
    after.row("users", "lan")["agentSourcedIds"] = ""
    send(first.until(after, at(2)))
    assert guardians_named("lan") == set()
    # Said anew by either, it is in force.
    anew = after.copy()
    anew.row("users", "lan")["agentSourcedIds"] = "hoa"
    send(after.until(anew, at(3)))
    assert guardians_named("lan") == {"hoa"}


def test_a_school_that_moves_takes_the_guardians_there_with_it(send: Send) -> None:
    parcel = a_school()
    parcel.org("xa2", "local", "so")
    parcel.role("dung", "guardian", "xa2")
    parcel.row("users", "an")["agentSourcedIds"] = "dung"
    parcel.drop("roles", "dung.truong.guardian")
    send(parcel)
    assert guardians_named("an") == set()
    new = parcel.copy()
    new.row("orgs", "truong")["parentSourcedId"] = "xa2"
    send(parcel.until(new))
    assert guardians_named("an") == {"dung"}


# -- What has to wait ---


def test_a_row_waits_for_what_it_refers_to_and_is_taken_when_it_comes(send: Send) -> None:
    send(a_school())
    early = delta()
    early.enrol("an", "3b", "truong")
    outcome = send(early.said(at(2)))
    assert outcome.run.state == SyncRun.State.APPLIED
    assert codes(outcome) == {"dangling_reference", "missing_record"}
    assert PendingRow.objects.get().sourced_id == "3b.an"
    assert not moved(send(gone("users", "khong-biet")))
    assert PendingRow.objects.exists()
    late = delta()
    late.school_class("3b", "truong")
    assert moved(send(late.said(at(3)))) == {"classes": {"added": 1}, "enrollments": {"added": 1}}
    assert not PendingRow.objects.exists()
    assert live_enrolments().filter(school_class__sourced_id="3b", person__sourced_id="an").exists()


def test_a_whole_school_may_arrive_in_the_wrong_order(send: Send) -> None:
    send(a_school())
    new = a_school()
    new.org("xa2", "local", "so")
    new.org("truong2", "school", "xa2")
    new.school_class("9a", "truong2")
    new.person("minh", "student", "truong2", agentSourcedIds="mai")
    new.person("mai", "guardian", "truong2")
    new.enrol("minh", "9a", "truong2")
    whole = a_school().until(new)
    order = ("enrollments", "roles", "classes", "orgs.truong2", "orgs", "users")
    for day, name in enumerate(order, 2):
        part = delta()
        table, _, only = name.partition(".")
        part.rows[table] = [row for row in whole.rows[table] if not only or row["sourcedId"] == only]
        assert send(part.said(at(day))).run.state == SyncRun.State.APPLIED
    assert not PendingRow.objects.exists()
    assert live_enrolments().filter(person__sourced_id="minh", school_class__sourced_id="9a").exists()
    assert guardians_named("minh") == {"mai"}


def test_who_waits_for_seven_days_is_given_up_and_told(send: Send) -> None:
    send(a_school())
    early = delta()
    early.enrol("an", "3b", "truong")
    send(early.said(at(2)))
    PendingRow.objects.update(since=timezone.now() - dt.timedelta(days=6, hours=23))
    assert "waited_in_vain" not in codes(send(gone("users", "khong-biet")))
    PendingRow.objects.update(since=timezone.now() - dt.timedelta(days=7))
    outcome = send(gone("users", "khong-biet"))
    assert [issue.sourced_id for issue in outcome.issues.kept if issue.code == "waited_in_vain"] == ["3b.an"]
    assert not PendingRow.objects.exists()


def test_a_waiting_row_gives_way_to_a_newer_one_and_not_to_an_older_one(send: Send) -> None:
    send(a_school())
    early = delta()
    early.enrol("an", "3b", "truong", "student")
    send(early.said(at(4)))
    old = delta()
    old.enrol("an", "3b", "truong", "teacher")
    assert "older_row" in codes(send(old.said(at(3))))
    send(gone("enrollments", "3b.an", day=5))
    assert not PendingRow.objects.exists()
    late = delta()
    late.school_class("3b", "truong")
    assert moved(send(late.said(at(6)))) == {"classes": {"added": 1}}


def test_a_whole_file_makes_waiting_for_its_rows_pointless(send: Send) -> None:
    send(a_school())
    early = delta()
    early.enrol("an", "3b", "truong")
    send(early.said(at(2)))
    send(a_school())
    assert not PendingRow.objects.exists()


def test_a_dry_run_makes_nothing_wait(send: Send) -> None:
    send(a_school())
    early = delta()
    early.enrol("an", "3b", "truong")
    send(early.said(at(2)), apply=False)
    assert not PendingRow.objects.exists()


def test_another_registrys_delta_is_refused_and_does_not_wait(send: Send) -> None:
    send(a_school())
    parcel = delta()
    for number in range(60):
        parcel.enrol(f"x{number}", "y", "z")
    outcome = send(parcel.said())
    assert outcome.run.refusal_code == "too_many_quarantined"
    assert not PendingRow.objects.exists()


# -- What hangs on others ---


def test_a_session_that_ends_earlier_ends_its_classes_earlier(send: Send) -> None:
    send(a_school())
    parcel = delta()
    parcel.session("nam", end="2020-12-31")
    assert moved(send(parcel.said())) == {"academicSessions": {"changed": 1}, "classes": {"changed": 1}}
    assert SchoolClass.objects.get(sourced_id="3a").ends_on == dt.date(2020, 12, 31)
    assert not live_enrolments().exists()


def test_a_class_that_moves_to_another_school_takes_enrolments_and_rooms_along(send: Send) -> None:
    parcel = a_school()
    parcel.org("truong2", "school", "xa")
    send(parcel)
    new = parcel.copy()
    new.row("classes", "3a")["schoolSourcedId"] = "truong2"
    send(parcel.until(new))
    assert set(Enrolment.objects.values_list("school__sourced_id", flat=True)) == {"truong2"}
    rooms = Room.objects.filter(school_class__sourced_id="3a")
    assert set(rooms.values_list("kind", "org__sourced_id")) == {("class", "truong2"), ("guardians", "truong2")}


def test_1_1_user_rows_say_all_the_roles_of_their_people(send: Send) -> None:
    old = a_school("1.1")
    old.org("truong2", "school", "xa")
    old.person("minh", "teacher", "truong", "truong2")
    send(old)
    new = old.copy()
    new.row("users", "minh")["orgSourcedIds"] = "truong2"
    new.drop("users", "dung")
    outcome = send(old.until(new))
    assert moved(outcome)["roles"] == {"changed": 1, "removed": 2}
    assert [role.org.sourced_id for role in Role.objects.filter(person__sourced_id="minh", status="active")] == [
        "truong2"
    ]
    assert not Role.objects.filter(person__sourced_id="dung", status="active").exists()
    send(new.until(old, at(20)))
    assert Role.objects.filter(person__sourced_id="minh", status="active").count() == 2
