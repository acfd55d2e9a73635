"""A bad row is set aside alone; what stood before it stands on."""

import pytest

from registry.models import Enrolment, Person, Role, SchoolClass, SyncRun
from registry.selectors import live_enrolments
from rooms.models import Member
from tests.registry.conftest import Send, codes, moved
from tests.registry.parcel import Parcel, a_school

pytestmark = pytest.mark.django_db


def test_one_bad_row_keeps_its_previous_version_and_nobody_else_is_affected(send: Send) -> None:
    send(a_school())
    members = set(Member.objects.values_list("room", "person", "seat"))
    parcel = a_school()
    parcel.row("users", "lan")["givenName"] = ""
    parcel.row("enrollments", "3a.binh")["beginDate"] = "8/27/2018"
    outcome = send(parcel)
    assert outcome.run.state == SyncRun.State.APPLIED
    assert {(issue.file, issue.line, issue.column, issue.code, issue.sourced_id) for issue in outcome.issues.kept} == {
        ("users.csv", 2, "givenName", "missing_value", "lan"),
        ("enrollments.csv", 4, "beginDate", "bad_date", "3a.binh"),
    }
    assert Person.objects.get(sourced_id="lan").stale
    assert Enrolment.objects.get(sourced_id="3a.binh").stale
    assert set(Member.objects.values_list("room", "person", "seat")) == members
    assert not moved(send(a_school()))
    assert not Person.objects.filter(stale=True).exists()


def test_rows_that_hang_on_a_bad_new_row_fall_with_it_and_name_it(send: Send) -> None:
    parcel = a_school()
    parcel.person("moi", "student", "truong", enabledUser="có")
    parcel.enrol("moi", "3a", "truong")
    outcome = send(parcel)
    assert codes(outcome) == {"bad_boolean", "dangling_reference"}
    roots = {issue.sourced_id: issue.root.sourced_id for issue in outcome.issues.kept if issue.root}
    assert roots == {"moi.truong.student": "moi", "3a.moi": "moi"}
    assert not Person.objects.filter(sourced_id="moi").exists()
    assert live_enrolments().count() == 3


def test_the_first_cause_is_named_through_the_rows_between(send: Send) -> None:
    parcel = a_school()
    parcel.school_class("4a", "khong-co")
    parcel.enrol("an", "4a", "khong-co")
    outcome = send(parcel)
    [root] = [issue for issue in outcome.issues.kept if not issue.root]
    assert (root.code, root.sourced_id, root.dependants) == ("missing_record", "khong-co", 2)


def test_two_different_rows_under_one_id_are_both_set_aside(send: Send) -> None:
    send(a_school())
    parcel = a_school()
    parcel.add("users", "lan", enabledUser="true", username="x", givenName="Khác", familyName="Người")
    parcel.add("roles", "lan.truong.teacher", userSourcedId="lan", role="principal", orgSourcedId="truong")
    assert codes(send(parcel)) == {"duplicate_sourced_id"}
    assert Person.objects.get(sourced_id="lan").name == "Trần Lan"
    assert Role.objects.get(sourced_id="lan.truong.teacher").role == "teacher"


def test_the_role_that_was_heard_before_its_double_makes_no_guardian(send: Send) -> None:
    parcel = a_school()
    parcel.add("roles", "hoa.truong.guardian", userSourcedId="hoa", role="aide", orgSourcedId="truong")
    outcome = send(parcel)
    assert codes(outcome) == {"duplicate_sourced_id", "agent_not_guardian"}


def test_one_row_says_gone_and_one_does_not_is_gone(send: Send) -> None:
    send(a_school())
    parcel = a_school()
    parcel.add("roles", "lan.truong.teacher", status="tobedeleted")
    send(parcel)
    assert Role.objects.get(sourced_id="lan.truong.teacher").status == "tobedeleted"


def test_a_row_that_says_only_that_it_is_gone_needs_no_other_cell(send: Send) -> None:
    send(a_school())
    parcel = a_school()
    row = parcel.row("enrollments", "3a.an")
    row.update({column: "" for column in row if column != "sourcedId"} | {"status": "tobedeleted"})
    assert moved(send(parcel)) == {"enrollments": {"removed": 1}}


def test_a_class_whose_sessions_are_nowhere_would_never_end_and_is_set_aside(send: Send) -> None:
    parcel = a_school()
    parcel.school_class("4a", "truong", terms="hk9")
    parcel.school_class("4b", "truong", terms="nam,hk9")
    parcel.school_class("4c", "truong", terms="")
    outcome = send(parcel)
    assert {(issue.code, issue.severity, issue.sourced_id) for issue in outcome.issues.kept} == {
        ("missing_record", "quarantined", "hk9"),
        ("dangling_reference", "quarantined", "4a"),
        ("dangling_reference", "warning", "4b"),
        ("class_without_session", "warning", "4c"),
    }
    assert set(SchoolClass.objects.values_list("sourced_id", flat=True)) == {"3a", "4b", "4c"}


def test_a_session_that_moves_moves_its_classes(send: Send) -> None:
    send(a_school())
    parcel = a_school()
    parcel.row("academicSessions", "nam")["endDate"] = "2021-08-01"
    assert moved(send(parcel)) == {"academicSessions": {"changed": 1}, "classes": {"changed": 1}}
    assert not live_enrolments().exists()


def test_the_school_of_an_enrolment_is_that_of_its_class(send: Send) -> None:
    parcel = a_school()
    parcel.org("truong2", "school", "xa")
    parcel.row("enrollments", "3a.an")["schoolSourcedId"] = "truong2"
    assert codes(send(parcel)) == {"school_differs"}
    assert Enrolment.objects.get(sourced_id="3a.an").school.sourced_id == "truong"


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "code"),
    [
        ("users", "an", "givenName", "x" * 256, "too_long"),
        ("users", "an", "familyName", "+84", "formula_in_cell"),
        ("users", "an", "agentSourcedIds", "hoa,cô giáo", "bad_identifier"),
        ("roles", "an.truong.student", "role", "hocSinh", "unknown_word"),
        ("roles", "an.truong.student", "endDate", "2026-02-30", "bad_date"),
        ("enrollments", "3a.an", "role", "", "missing_value"),
        ("enrollments", "3a.an", "primary", "maybe", "bad_boolean"),
        ("classes", "3a", "classType", "club", "unknown_word"),
        ("academicSessions", "nam", "schoolYear", "27", "bad_year"),
        ("academicSessions", "nam", "endDate", "2019-01-01", "end_before_begin"),
        ("orgs", "truong", "metadata.parentHistory", "xa-2025", "bad_history"),
        ("orgs", "truong", "metadata.parentHistory", "xa||,so||", "overlapping_parents"),
        ("orgs", "truong", "name", "Trường\x0bA", "control_character"),
        ("orgs", "truong", "name", "Trường\u202eA", "control_character"),
    ],
)
def test_a_bad_cell_is_told_with_its_place(
    send: Send, table: str, row: str, column: str, value: str, code: str
) -> None:
    send(a_school())
    parcel = a_school()
    parcel.row(table, row)[column] = value
    # Enough good rows beside it, so that the one is not the file.
    for number in range(3):
        parcel.session(f"s{number}")
        parcel.org(f"o{number}", "school", "xa")
        parcel.school_class(f"c{number}", "truong")
    outcome = send(parcel)
    [issue] = [each for each in outcome.issues.kept if each.severity == "quarantined"]
    assert (issue.code, issue.file, issue.sourced_id) == (code, f"{table}.csv", row)
    assert issue.column in {column, ""}
    assert not moved(outcome).get(table, {}).get("removed")


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "code"),
    [
        ("users", "an", "enabledUser", "YES", "vocabulary_case"),
        ("users", "an", "username", "", "missing_username"),
        ("users", "an", "phone", "912345678", "lost_zero"),
        ("users", "an", "dateLastModified", "yesterday", "bad_time"),
        ("users", "lan", "metadata.gender", "nữ", "unknown_metadata"),
        ("orgs", "truong", "metadata.schoolLevel", "đại học", "unknown_metadata"),
        ("roles", "lan.truong.teacher", "role", "Teacher", "vocabulary_case"),
        ("academicSessions", "nam", "parentSourcedId", "khong-co", "dangling_reference"),
    ],
)
def test_what_is_clear_though_wrong_is_taken(
    send: Send, table: str, row: str, column: str, value: str, code: str
) -> None:
    parcel = a_school()
    parcel.row(table, row)[column] = value
    outcome = send(parcel)
    assert codes(outcome) == {code}
    assert moved(outcome)["users"] == {"added": 5}


def test_an_extension_word_is_kept_and_gives_nothing(send: Send) -> None:
    parcel = a_school()
    parcel.row("enrollments", "3a.lan")["role"] = "ext:troGiang"
    assert not codes(send(parcel))
    assert Enrolment.objects.get(sourced_id="3a.lan").role == "ext:troGiang"


def test_identifiers_outside_the_alphabet_are_borne_where_they_are_harmless(send: Send) -> None:
    parcel = a_school()
    parcel.person("GV:0001+x", "teacher", "truong")
    assert codes(send(parcel)) == {"identifier_alphabet"}
    assert Person.objects.filter(sourced_id="GV:0001+x").exists()


def test_a_row_whose_id_cannot_be_read_stops_removals_in_its_file(send: Send) -> None:
    send(a_school())
    parcel = a_school()
    parcel.row("users", "dung")["sourcedId"] = "dung dung"
    parcel.row("users", "binh")["agentSourcedIds"] = ""
    outcome = send(parcel)
    assert codes(outcome) == {"bad_identifier", "nothing_removed"}
    assert Person.objects.get(sourced_id="dung").status == "active"


def test_more_bad_rows_than_a_slip_refuse_the_package(send: Send) -> None:
    parcel = a_school()
    for number in range(30):
        parcel.person(f"p{number}", "student", "truong", **({"givenName": ""} if number < 11 else {}))
    parcel.rows["roles"] = [row for row in parcel.rows["roles"] if not row["userSourcedId"].startswith("p")]
    outcome = send(parcel)
    assert outcome.run.refusal_code == "too_many_quarantined"
    assert outcome.run.issues.filter(code="missing_value").count() == 11
    parcel.row("users", "p0")["givenName"] = "Có"
    assert not send(parcel).is_refused


def test_a_file_of_which_most_rows_are_bad_is_refused(send: Send) -> None:
    parcel = a_school()
    parcel.row("academicSessions", "nam")["startDate"] = "1/8/2026"
    assert send(parcel).run.refusal_code == "too_many_quarantined"


def test_1_1_keeps_the_roles_of_a_person_whose_row_is_bad(send: Send) -> None:
    send(a_school("1.1"))
    parcel = a_school("1.1")
    parcel.row("users", "lan")["familyName"] = ""
    parcel.row("users", "hoa")["role"] = "me"
    outcome = send(parcel)
    assert {(issue.file, issue.column, issue.code) for issue in outcome.issues.kept} == {
        ("users.csv", "familyName", "missing_value"),
        ("users.csv", "role", "unknown_word"),
    }
    assert not moved(outcome)
    assert Role.objects.filter(status="active").count() == 5


def test_a_person_of_1_1_in_an_org_that_is_nowhere_has_no_role_there(send: Send) -> None:
    parcel: Parcel = a_school("1.1")
    parcel.row("users", "lan")["orgSourcedIds"] = "truong,khong-co"
    outcome = send(parcel)
    assert codes(outcome) == {"dangling_reference", "missing_record"}
    assert [role.org.sourced_id for role in Role.objects.filter(person__sourced_id="lan")] == ["truong"]
