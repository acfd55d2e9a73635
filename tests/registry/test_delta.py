"""A delta says what changed and nothing else: by when it changed, in whatever order it arrives."""

import datetime as dt
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from registry.models import (
    Enrolment,
    GuardianLink,
    Org,
    OrgClosure,
    PendingRow,
    Person,
    Role,
    SchoolClass,
    Source,
    SyncRun,
)
from registry.selectors import guardians_of, live_enrolments, live_people
from registry.sync.valves import LIMITS
from rooms.models import Member
from tests.registry.conftest import Send, codes, moved
from tests.registry.parcel import Parcel, a_school

pytestmark = pytest.mark.django_db
# What a package may do unseen is tested with the valves.
NO_LIMITS = dict.fromkeys(LIMITS, 10**6) | {"kept_percent": 0}


def at(day: int, hour: int = 0) -> str:
    return f"2026-01-{day:02}T{hour:02}:00:00.000Z"


def delta(version: str = "1.2") -> Parcel:
    return Parcel(version, mode="delta")


def _person(sourced_id: str) -> Person:
    return Person.objects.get(sourced_id=sourced_id)


def _guardians(student: str) -> set[str]:
    return set(guardians_of(_person(student).pk).values_list("sourced_id", flat=True))


def renamed(name: str, day: int, who: str = "an") -> Parcel:
    """A delta of one row: an, or somebody else, has another given name since this day."""
    parcel = delta()
    parcel.rows["users"].append({**a_school().row("users", who), "givenName": name})
    return parcel.said(at(day))


def gone(table: str, *sourced_ids: str, day: int = 2) -> Parcel:
    """A delta of rows that say only that their records are gone."""
    parcel = delta()
    for sourced_id in sourced_ids:
        parcel.add(table, sourced_id, status="tobedeleted", dateLastModified=at(day))
    return parcel


# -- What a delta does ------------------------------------------------------------------------------------------------


def test_only_what_a_delta_names_changes(send: Send) -> None:
    send(a_school())
    outcome = send(renamed("Bảo An", 2))
    assert (outcome.run.state, outcome.run.mode) == (SyncRun.State.APPLIED, "delta")
    assert moved(outcome) == {"users": {"changed": 1}}
    assert _person("an").name == "Trần Bảo An"
    assert Person.objects.filter(status="active").count() == 5
    assert _guardians("an") == {"hoa"}


def test_the_first_package_of_a_source_may_be_a_delta(send: Send) -> None:
    parcel = a_school().said()
    parcel.mode = "delta"
    assert moved(send(parcel))["users"] == {"added": 5}
    assert _guardians("an") == {"hoa"}
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


# -- When it changed --------------------------------------------------------------------------------------------------


def test_an_older_row_is_passed_over_and_said_so(send: Send) -> None:
    send(a_school())
    send(renamed("Mới", 5))
    outcome = send(renamed("Cũ", 4))
    assert not moved(outcome)
    assert codes(outcome) == {"older_row"}
    assert outcome.counts["users"]["older"] == outcome.counts["users"]["read"] == 1
    assert _person("an").name == "Trần Mới"


def test_of_two_rows_of_the_same_time_the_later_run_wins(send: Send) -> None:
    send(a_school())
    send(renamed("Một", 5))
    send(renamed("Hai", 5))
    assert _person("an").name == "Trần Hai"


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
    assert _person("an").name == "Trần Mới nữa"


def test_times_are_compared_whatever_zone_they_are_written_in(send: Send) -> None:
    send(a_school())
    for given, stamp in (("Một", "2026-01-05T06:00:00+07:00"), ("Hai", "2026-01-04T23:30:00Z")):
        parcel = renamed(given, 1)
        parcel.row("users", "an")["dateLastModified"] = stamp
        send(parcel)
    assert _person("an").name == "Trần Hai"
    parcel = renamed("Ba", 1)
    parcel.row("users", "an")["dateLastModified"] = "2026-01-05T06:15:00+07:00"
    assert codes(send(parcel)) == {"older_row"}


def test_a_time_in_the_future_counts_as_now(send: Send) -> None:
    send(a_school())
    parcel = renamed("Mai sau", 1)
    parcel.row("users", "an")["dateLastModified"] = (timezone.now() + dt.timedelta(days=400)).isoformat()
    outcome = send(parcel)
    assert codes(outcome) == {"future_time"}
    assert _person("an").date_last_modified <= timezone.now()
    parcel = renamed("Bây giờ", 1)
    parcel.row("users", "an")["dateLastModified"] = (timezone.now() + dt.timedelta(minutes=30)).isoformat()
    assert not codes(send(parcel))
    assert _person("an").name == "Trần Bây giờ"


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
    assert _person("an").name == "Trần An"


# -- Who is gone, and who comes back ----------------------------------------------------------------------------------


def test_the_end_of_what_nobody_knows_changes_nothing(send: Send) -> None:
    send(a_school())
    for table in a_school().rows:
        outcome = send(gone(table, "khong-biet"))
        assert not moved(outcome), table
        assert not codes(outcome), table
    assert not PendingRow.objects.exists()


def test_who_comes_back_is_the_same_person_with_the_same_guardians(send: Send) -> None:
    send(a_school())
    an, hoa = _person("an"), _person("hoa")
    send(gone("users", "an", "hoa", day=2))
    assert not GuardianLink.objects.filter(student=an, valid_to=None).exists()
    send(renamed("An", 3))
    assert _guardians("an") == set()
    outcome = send(renamed("Hoa", 3, who="hoa"))
    assert moved(outcome) == {"users": {"restored": 1}, "guardianLinks": {"restored": 1}}
    assert (_person("an"), _person("hoa")) == (an, hoa)
    assert _guardians("an") == {"hoa"}


def test_the_end_of_a_role_ends_the_link_that_it_made_true(send: Send) -> None:
    send(a_school())
    send(gone("roles", "hoa.truong.guardian"))
    assert _guardians("an") == set()
    assert GuardianLink.objects.get(student__sourced_id="an").state == "unverified"


def test_a_role_that_arrives_after_its_link_makes_it_true(send: Send) -> None:
    parcel = a_school(said_by="guardian")
    parcel.drop("roles", "hoa.truong.guardian")
    send(parcel)
    assert _guardians("an") == set()
    send(parcel.until(a_school(said_by="guardian")))
    assert _guardians("an") == {"hoa"}
    assert _guardians("binh") == {"dung"}


# -- Who says to be whose guardian ------------------------------------------------------------------------------------


def test_a_user_row_says_all_the_guardians_of_its_person(send: Send) -> None:
    send(a_school())
    parcel = delta()
    parcel.rows["users"].append({**a_school().row("users", "an"), "agentSourcedIds": "dung"})
    send(parcel.said())
    assert _guardians("an") == {"dung"}
    assert _guardians("binh") == {"dung"}


@pytest.mark.parametrize("who", ["an", "hoa"])
def test_in_a_delta_it_is_enough_that_one_side_takes_it_back(send: Send, who: str) -> None:
    both = a_school(said_by="both")
    send(both)
    parcel = delta()
    parcel.rows["users"].append({**both.row("users", who), "agentSourcedIds": ""})
    parcel.said(at(2))
    outcome = send(parcel)
    assert moved(outcome)["guardianLinks"] == {"removed": 1}
    assert _guardians("an") == set()
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
    assert _guardians("an") == {"hoa"}


def test_a_school_that_moves_takes_the_guardians_there_with_it(send: Send) -> None:
    parcel = a_school()
    parcel.org("xa2", "local", "so")
    parcel.role("dung", "guardian", "xa2")
    parcel.row("users", "an")["agentSourcedIds"] = "dung"
    parcel.drop("roles", "dung.truong.guardian")
    send(parcel)
    assert _guardians("an") == set()
    new = parcel.copy()
    new.row("orgs", "truong")["parentSourcedId"] = "xa2"
    send(parcel.until(new))
    assert _guardians("an") == {"dung"}


# -- What has to wait -------------------------------------------------------------------------------------------------


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
    assert _guardians("minh") == {"mai"}


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


# -- What hangs on others ---------------------------------------------------------------------------------------------


def test_a_session_that_ends_earlier_ends_its_classes_earlier(send: Send) -> None:
    send(a_school())
    parcel = delta()
    parcel.session("nam", end="2020-12-31")
    assert moved(send(parcel.said())) == {"academicSessions": {"changed": 1}, "classes": {"changed": 1}}
    assert SchoolClass.objects.get(sourced_id="3a").ends_on == dt.date(2020, 12, 31)
    assert not live_enrolments().exists()


def test_a_class_that_moves_to_another_school_takes_its_enrolments_along(send: Send) -> None:
    parcel = a_school()
    parcel.org("truong2", "school", "xa")
    send(parcel)
    new = parcel.copy()
    new.row("classes", "3a")["schoolSourcedId"] = "truong2"
    send(parcel.until(new))
    assert set(Enrolment.objects.values_list("school__sourced_id", flat=True)) == {"truong2"}


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


# -- What is wrong with it --------------------------------------------------------------------------------------------


def test_a_file_that_the_manifest_calls_delta_and_that_is_not_there_refuses_the_package(send: Send) -> None:
    send(a_school())
    parcel = renamed("Bảo An", 2)
    parcel.manifest["file.roles"] = "delta"
    assert send(parcel).run.refusal_code == "file_missing"
    assert _person("an").name == "Trần An"


def test_two_rows_of_one_record_that_differ_are_both_set_aside(send: Send) -> None:
    send(a_school())
    parcel = renamed("Một", 2)
    parcel.rows["users"].append({**parcel.row("users", "an"), "givenName": "Hai", "dateLastModified": at(3)})
    parcel.rows["users"] += renamed("Bình An", 2, who="binh").rows["users"]
    parcel.rows["users"] += renamed("Hoa Mai", 2, who="hoa").rows["users"]
    outcome = send(parcel)
    assert codes(outcome) == {"duplicate_sourced_id"}
    assert moved(outcome) == {"users": {"changed": 2}}
    assert _person("an").stale
    send(renamed("Bảo An", 4))
    assert not _person("an").stale


def test_who_is_said_to_be_there_and_gone_at_once_is_gone(send: Send) -> None:
    send(a_school())
    parcel = renamed("An", 2)
    parcel.rows["users"] += gone("users", "an").rows["users"]
    assert moved(send(parcel))["users"] == {"removed": 1}


def test_a_header_without_rows_says_nothing(send: Send) -> None:
    send(a_school())
    parcel = renamed("Bảo An", 2)
    parcel.manifest["file.roles"] = "delta"
    parcel.raw["roles"] = parcel.text("roles", [])
    parcel.rows["roles"] = [{}]
    outcome = send(parcel)
    assert codes(outcome) == {"no_rows"}
    assert moved(outcome) == {"users": {"changed": 1}}


def test_a_package_of_nothing_but_its_manifest_changes_nothing(send: Send) -> None:
    send(a_school())
    outcome = send(delta())
    assert (outcome.run.state, moved(outcome), codes(outcome)) == (SyncRun.State.APPLIED, {}, set())


# -- Whatever happened ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_delta_leads_where_the_whole_package_leads(send: Send, seed: int, version: str) -> None:
    """Two sources: one hears S1 and the delta to S2, the other S2 at once. Registry and rooms come out alike."""
    for name in ("test", "other"):
        Source.objects.create(name=name, thresholds=NO_LIMITS)
    random = Random(seed)
    old = _random_state(random, a_school(version))
    new = _random_state(random, old.copy())
    send(old)
    outcome = send(old.until(new))
    assert outcome.run.state == SyncRun.State.APPLIED, (outcome.run.refusal_code, outcome.run.valves)
    by_delta = _state("test")
    assert not moved(send(new))
    send(old, source="other")
    send(new, source="other")
    assert by_delta == _state("other")
    assert all(by_delta.values())


def _random_state(random: Random, parcel: Parcel) -> Parcel:
    """Some pupils, guardians, classes and a teacher come, change and leave."""
    place = random.randrange(10**6)
    parcel.org(f"truong{place}", "school", random.choice(["xa", "so"]))
    schools = [row["sourcedId"] for row in parcel.rows["orgs"] if row["type"] == "school"]
    parcel.school_class(f"lop{place}", random.choice(schools))
    classes = {row["sourcedId"]: row["schoolSourcedId"] for row in parcel.rows["classes"]}
    for number in range(4):
        school_class = random.choice(list(classes))
        pupil, guardian = f"hs{place}-{number}", f"ph{place}-{number % 3}"
        parcel.person(pupil, "student", classes[school_class], agentSourcedIds=guardian)
        parcel.enrol(pupil, school_class, classes[school_class])
        if number < 3:
            parcel.person(guardian, "guardian", random.choice(["so", classes[school_class]]))
    leaving = [row["sourcedId"] for row in parcel.rows["users"] if random.random() < 0.15 and row["sourcedId"] != "lan"]
    parcel.drop("users", *leaving)
    for table, column in (("roles", "userSourcedId"), ("enrollments", "userSourcedId")):
        parcel.rows[table] = [row for row in parcel.rows.get(table, []) if row[column] not in leaving]
    if parcel.version == "1.1":
        del parcel.rows["roles"]
    for row in parcel.rows["users"]:
        agents = [each for each in row.get("agentSourcedIds", "").split(",") if each and each not in leaving]
        row["agentSourcedIds"] = ",".join(agents)
        if random.random() < 0.2:
            row["givenName"] = f"Tên {random.randrange(99)}"
        if random.random() < 0.1:
            row["enabledUser"] = "false"
    for row in parcel.rows["enrollments"]:
        if random.random() < 0.2:
            row["endDate"] = "2025-01-01"
    return parcel


def _state(source: str) -> dict[str, Any]:
    of = {"source__name": source, "status": "active"}
    links = GuardianLink.objects.filter(source__name=source, valid_to=None)
    rooms = Member.objects.filter(person__source__name=source)
    parts = {
        "people": Person.objects.filter(**of).values_list("sourced_id", "name", "enabled", "digest"),
        "roles": Role.objects.filter(**of).values_list(
            "sourced_id", "person__sourced_id", "org__sourced_id", "role", "digest"
        ),
        "classes": SchoolClass.objects.filter(**of).values_list("sourced_id", "school__sourced_id", "digest"),
        "enrolments": Enrolment.objects.filter(**of).values_list(
            "sourced_id", "person__sourced_id", "ends_on", "digest"
        ),
        "orgs": Org.objects.filter(**of).values_list("sourced_id", "digest"),
        "links": links.values_list(
            "guardian__sourced_id", "student__sourced_id", "state", "said_by_student", "said_by_guardian"
        ),
        "tree": OrgClosure.objects.filter(descendant__source__name=source).values_list(
            "ancestor__sourced_id", "descendant__sourced_id", "depth"
        ),
        "rooms": rooms.values_list(
            "room__kind", "room__school_class__sourced_id", "room__org__sourced_id", "person__sourced_id", "seat"
        ),
    }
    households: dict[int, set[str]] = {}
    for person, household in Person.objects.filter(**of).exclude(household=None).values_list("sourced_id", "household"):
        households.setdefault(household, set()).add(person)
    return {name: sorted(map(repr, rows)) for name, rows in parts.items()} | {
        "households": sorted(sorted(each) for each in households.values())
    }


# -- What it costs ----------------------------------------------------------------------------------------------------


def test_the_number_of_statements_does_not_grow_with_the_delta(send: Send) -> None:
    counted = []
    for number in (3, 60):
        parcel, source = a_school(), f"of {number}"
        Source.objects.create(name=source, thresholds=NO_LIMITS)
        send(parcel, source=source)
        new = a_school()
        for each in range(number):
            new.person(f"hs{each}", "student", "truong", agentSourcedIds=f"ph{each}")
            new.person(f"ph{each}", "guardian", "truong")
            new.enrol(f"hs{each}", "3a", "truong")
        with CaptureQueriesContext(connection) as queries:
            assert moved(send(parcel.until(new), source=source))["enrollments"] == {"added": number}
        counted.append(len(queries))
    assert counted[0] == counted[1]
