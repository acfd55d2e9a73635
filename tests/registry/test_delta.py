"""What a delta says, when it says it, and who comes and goes by it."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from registry.models import (
    GuardianLink,
    PendingRow,
    Person,
    Source,
    SyncRun,
)
from registry.selectors import live_enrolments, live_people
from rooms.models import Member
from tests.registry.conftest import Send, codes, moved
from tests.registry.deltas import NO_LIMITS, at, delta, gone, guardians_named, person_named, renamed
from tests.registry.parcel import a_school

pytestmark = pytest.mark.django_db

# -- What a delta does ---


def test_only_what_a_delta_names_changes(send: Send) -> None:
    send(a_school())
    outcome = send(renamed("Bảo An", 2))
    assert (outcome.run.state, outcome.run.mode) == (SyncRun.State.APPLIED, "delta")
    assert moved(outcome) == {"users": {"changed": 1}}
    assert person_named("an").name == "Trần Bảo An"
    assert Person.objects.filter(status="active").count() == 5
    assert guardians_named("an") == {"hoa"}


def test_the_first_package_of_a_source_may_be_a_delta(send: Send) -> None:
    parcel = a_school().said()
    parcel.mode = "delta"
    assert moved(send(parcel))["users"] == {"added": 5}
    assert guardians_named("an") == {"hoa"}
    assert live_enrolments().count() == 3


def test_a_district_in_successive_states_shows_its_exact_difference(send: Send) -> None:
    states = [a_school() for _ in range(4)]
    for state in states[1:]:
        state.add("courses", "toan", title="Toán", orgSourcedId="so")
        state.school_class("3b", "truong")
        state.person("minh", "student", "truong")
        state.enrol("minh", "3b", "truong")
    for state in states[2:]:
        state.row("courses", "toan")["title"] = "Toán 3"
        state.row("classes", "3b")["courseSourcedId"] = "toan"
    states[3].drop("courses", "toan")
    states[3].drop("classes", "3b")
    states[3].drop("enrollments", "3b.minh")
    send(states[0])
    expected = [
        {"courses": {"added": 1}, "classes": {"added": 1}, "users": {"added": 1}, "roles": {"added": 1}},
        {"courses": {"changed": 1}, "classes": {"changed": 1}},
        {"courses": {"removed": 1}, "classes": {"removed": 1}, "enrollments": {"removed": 1}},
    ]
    expected[0]["enrollments"] = {"added": 1}
    for day, (old, new, difference) in enumerate(zip(states, states[1:], expected, strict=False), 2):
        assert moved(send(old.until(new, at(day)))) == difference
    assert live_people().filter(sourced_id="minh").exists()
    assert not live_enrolments().filter(person__sourced_id="minh").exists()


def test_files_of_a_package_may_be_of_both_kinds(send: Send) -> None:
    send(a_school())
    parcel = a_school()
    parcel.drop("enrollments", "3a.binh")
    parcel.rows["users"] = renamed("Bảo An", 2).rows["users"]
    parcel.manifest["file.users"] = "delta"
    outcome = send(parcel)
    assert outcome.run.mode == "mixed"
    assert moved(outcome) == {"users": {"changed": 1}, "enrollments": {"removed": 1}}


def test_a_delta_applied_twice_changes_nothing_the_second_time(send: Send) -> None:
    new = a_school()
    new.person("minh", "student", "truong", agentSourcedIds="hoa")
    new.drop("enrollments", "3a.binh")
    new.row("users", "an")["agentSourcedIds"] = ""
    send(a_school())
    first = send(a_school().until(new))
    assert moved(first)["guardianLinks"] == {"added": 1, "removed": 1}
    again = send(a_school().until(new))
    assert not again.is_repeat
    assert not moved(again)


def test_a_bulk_package_after_deltas_sets_everything_right(send: Send) -> None:
    send(a_school())
    send(renamed("Bảo An", 2))
    send(gone("enrollments", "3a.an"))
    outcome = send(a_school())
    assert moved(outcome) == {"users": {"changed": 1}, "enrollments": {"restored": 1}}
    assert not moved(send(a_school()))


def test_twenty_pupils_leave_at_once_and_nothing_hangs_on_them_any_more(send: Send) -> None:
    Source.objects.create(name="test", thresholds=NO_LIMITS)
    parcel = a_school()
    pupils = [f"hs{number}" for number in range(25)]
    for pupil in pupils:
        parcel.person(pupil, "student", "truong", agentSourcedIds=f"{pupil}-me", grades="07")
        parcel.person(f"{pupil}-me", "guardian", "truong")
        parcel.enrol(pupil, "3a", "truong")
    send(parcel)
    mothers = [f"{pupil}-me" for pupil in pupils]
    in_rooms = Member.objects.filter(person__sourced_id__in=[*pupils, *mothers])
    before = in_rooms.count()
    assert moved(send(gone("users", *pupils[:20])))["users"] == {"removed": 20}
    assert live_enrolments().count() == 8
    assert not live_people().filter(sourced_id__in=pupils[:20]).exists()
    assert not GuardianLink.objects.filter(student__sourced_id__in=pupils[:20], valid_to=None).exists()
    assert not in_rooms.filter(person__sourced_id__in=pupils[:20]).exists()
    assert not in_rooms.filter(room__school_class__isnull=False, person__sourced_id__in=mothers[:20]).exists()
    assert 0 < in_rooms.count() < before


# -- When it changed ---


def test_an_older_row_is_passed_over_and_said_so(send: Send) -> None:
    send(a_school())
    send(renamed("Mới", 5))
    outcome = send(renamed("Cũ", 4))
    assert not moved(outcome)
    assert codes(outcome) == {"older_row"}
    assert outcome.counts["users"]["older"] == outcome.counts["users"]["read"] == 1
    assert person_named("an").name == "Trần Mới"


def test_of_two_rows_of_the_same_time_the_later_run_wins(send: Send) -> None:
    send(a_school())
    send(renamed("Một", 5))
    send(renamed("Hai", 5))
    assert person_named("an").name == "Trần Hai"


def test_a_row_that_says_the_same_later_makes_what_lies_between_old(send: Send) -> None:
    send(a_school())
    send(renamed("An", 2))
    assert not moved(send(renamed("An", 6)))
    assert not moved(send(renamed("Cũ", 4)))


def test_an_older_row_revives_nobody_and_removes_nobody(send: Send) -> None:
    send(a_school())
    send(gone("users", "an", day=5))
    assert not moved(send(renamed("An", 4)))
    send(renamed("Bình", 5, who="binh"))
    assert not moved(send(gone("users", "binh", day=4)))
    assert set(live_people().values_list("sourced_id", flat=True)) == {"binh", "hoa", "dung", "lan"}


def test_nor_does_it_revive_who_was_absent_from_a_bulk_package(send: Send) -> None:
    send(a_school())
    without = a_school()
    without.drop("users", "dung")
    without.drop("roles", "dung.truong.guardian")
    without.row("users", "binh")["agentSourcedIds"] = ""
    send(without)
    assert not moved(send(renamed("Dũng", 2, who="dung")))


def test_a_whole_package_in_between_makes_no_old_row_new(send: Send) -> None:
    send(a_school())
    send(renamed("Mới", 5))
    whole = a_school()
    whole.row("users", "an")["givenName"] = "Mới nữa"
    send(whole)
    assert codes(send(renamed("Cũ", 4))) == {"older_row"}
    assert person_named("an").name == "Trần Mới nữa"


def test_times_are_compared_whatever_zone_they_are_written_in(send: Send) -> None:
    send(a_school())
    for given, stamp in (("Một", "2026-01-05T06:00:00+07:00"), ("Hai", "2026-01-04T23:30:00Z")):
        parcel = renamed(given, 1)
        parcel.row("users", "an")["dateLastModified"] = stamp
        send(parcel)
    assert person_named("an").name == "Trần Hai"
    parcel = renamed("Ba", 1)
    parcel.row("users", "an")["dateLastModified"] = "2026-01-05T06:15:00+07:00"
    assert codes(send(parcel)) == {"older_row"}


def test_a_time_in_the_future_counts_as_now(send: Send) -> None:
    send(a_school())
    parcel = renamed("Mai sau", 1)
    parcel.row("users", "an")["dateLastModified"] = (timezone.now() + dt.timedelta(days=400)).isoformat()
    outcome = send(parcel)
    assert codes(outcome) == {"future_time"}
    assert person_named("an").date_last_modified <= timezone.now()
    parcel = renamed("Bây giờ", 1)
    parcel.row("users", "an")["dateLastModified"] = (timezone.now() + dt.timedelta(minutes=30)).isoformat()
    assert not codes(send(parcel))
    assert person_named("an").name == "Trần Bây giờ"


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("status", "", "missing_value"),
        ("status", "xong", "unknown_word"),
        ("dateLastModified", "", "missing_value"),
        ("dateLastModified", "hôm qua", "bad_time"),
        ("dateLastModified", "0001-01-01T00:00:00+14:00", "bad_time"),
    ],
)
def test_a_row_must_say_what_became_of_it_and_when(send: Send, column: str, value: str, code: str) -> None:
    send(a_school())
    parcel = delta()
    for number in range(4):
        parcel.person(f"moi{number}", "student", "truong")
    parcel.said().row("users", "moi0")[column] = value
    parcel.drop("roles", "moi0.truong.student")
    outcome = send(parcel)
    assert codes(outcome) == {code}
    assert moved(outcome)["users"] == {"added": 3}
    assert not Person.objects.filter(sourced_id="moi0").exists()


def test_a_file_called_delta_whose_rows_say_nothing_is_read_whole_and_removes_nobody(send: Send) -> None:
    send(a_school())
    parcel = a_school()
    parcel.mode = "delta"
    parcel.drop("enrollments", "3a.an")
    outcome = send(parcel)
    assert codes(outcome) == {"rows_say_bulk"}
    assert not moved(outcome)
    assert live_enrolments().count() == 3


def test_the_very_same_delta_after_a_bulk_package_is_not_read_again(send: Send, tmp_path: Any) -> None:
    from registry.sync.run import Request, sync_package

    send(a_school())
    path = renamed("Bảo An", 2).write(tmp_path / "delta.zip")
    assert not sync_package(Request(path, apply=True, source="test")).is_repeat
    send(a_school())
    assert sync_package(Request(path, apply=True, source="test")).is_repeat
    assert person_named("an").name == "Trần An"


# -- Who is gone, and who comes back ---


def test_the_end_of_what_nobody_knows_changes_nothing(send: Send) -> None:
    send(a_school())
    for table in a_school().rows:
        outcome = send(gone(table, "khong-biet"))
        assert not moved(outcome), table
        assert not codes(outcome), table
    assert not PendingRow.objects.exists()


def test_who_comes_back_is_the_same_person_with_the_same_guardians(send: Send) -> None:
    send(a_school())
    an, hoa = person_named("an"), person_named("hoa")
    send(gone("users", "an", "hoa", day=2))
    assert not GuardianLink.objects.filter(student=an, valid_to=None).exists()
    send(renamed("An", 3))
    assert guardians_named("an") == set()
    outcome = send(renamed("Hoa", 3, who="hoa"))
    assert moved(outcome) == {"users": {"restored": 1}, "guardianLinks": {"restored": 1}}
    assert (person_named("an"), person_named("hoa")) == (an, hoa)
    assert guardians_named("an") == {"hoa"}


def test_the_end_of_a_role_ends_the_link_that_it_made_true(send: Send) -> None:
    send(a_school())
    send(gone("roles", "hoa.truong.guardian"))
    assert guardians_named("an") == set()
    assert GuardianLink.objects.get(student__sourced_id="an").state == "unverified"


def test_a_role_that_arrives_after_its_link_makes_it_true(send: Send) -> None:
    parcel = a_school(said_by="guardian")
    parcel.drop("roles", "hoa.truong.guardian")
    send(parcel)
    assert guardians_named("an") == set()
    send(parcel.until(a_school(said_by="guardian")))
    assert guardians_named("an") == {"hoa"}
    assert guardians_named("binh") == {"dung"}
