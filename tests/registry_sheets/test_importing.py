"""A school's list becomes people, classes and guardians; what it does not speak about stays."""

import pytest

from registry.models import Enrolment, Org, Person
from registry.models.record import Status
from registry.sync.sheet.rolling import Extent
from tests.registry_sheets.conftest import Send, codes, refused, state
from tests.registry_sheets.sheets import HEADER, PUPILS, STAFF, without_codes

pytestmark = pytest.mark.django_db


def test_a_list_becomes_pupils_classes_and_guardians(send: Send, school: Org) -> None:
    outcome = send(PUPILS)
    assert not outcome.is_refused, codes(outcome)
    found = state(school)
    assert {each[1] for each in found["classes"]} == {"6A1", "7A"}
    assert found["links"] == [
        ("Lò Thị Hạnh", "Trần Gia Bình", "mother", "active"),
        ("Lò Thị Hạnh", "Trần Minh An", "mother", "active"),
        ("Sùng Thị Mỷ", "Giàng A Páo", "mother", "active"),
    ]
    an = Person.objects.get(name="Trần Minh An")
    assert (an.family_name, an.middle_name, an.given_name, an.identifier) == ("Trần", "Minh", "An", "0012")


def test_without_apply_nothing_changes(send: Send, school: Org) -> None:
    outcome = send(PUPILS, apply=False)
    assert outcome.outcome
    assert outcome.outcome.counts["users"]["added"] == 5
    assert not Person.objects.exists()


@pytest.mark.parametrize("rows", [PUPILS, without_codes(PUPILS)], ids=["codes", "births"])
def test_the_same_list_again_changes_nothing(send: Send, school: Org, rows: object) -> None:
    send(rows)
    before = state(school)
    again = send(rows)
    assert again.outcome
    assert not any(
        figures[word] for figures in again.outcome.counts.values() for word in ("added", "changed", "removed")
    )
    assert state(school) == before


def test_staff_and_pupils_come_in_two_files_and_let_each_other_be(send: Send, school: Org) -> None:
    send(PUPILS)
    send(STAFF)
    found = state(school)
    assert ("cb.GV02", "principal", "thcs") in found["roles"]
    taught = [each[:4] for each in found["enrolments"] if each[2] == "teacher"]
    assert taught == [("Nguyễn Thị Lan", "6A1", "teacher", True), ("Nguyễn Thị Lan", "7A", "teacher", False)]
    send(PUPILS)
    assert state(school) == found


def test_who_is_no_longer_in_the_list_has_left_with_their_guardian(send: Send, school: Org) -> None:
    send(PUPILS)
    send([row for row in PUPILS if "Giàng A Páo" not in row])
    assert {each[1] for each in state(school)["people"]} == {"Trần Minh An", "Trần Gia Bình", "Lò Thị Hạnh"}
    assert Person.objects.filter(status=Status.TO_BE_DELETED).count() == 2


def test_a_list_of_one_class_asks_before_it_ends_the_others(send: Send, school: Org) -> None:
    send(PUPILS)
    before = state(school)
    of_one = [row for row in PUPILS if "7A" not in row and "Giàng A Páo" not in row]
    assert refused(send(of_one)) == "sheet_whole_school_or_not"
    assert state(school) == before
    outcome = send(of_one, extent=Extent.LISTED_CLASSES)
    assert not outcome.is_refused
    assert {each[1] for each in state(school)["people"]} == {"Trần Minh An", "Trần Gia Bình", "Lò Thị Hạnh"}


def test_a_pupil_who_moves_is_in_the_new_class_only(send: Send, school: Org) -> None:
    send(PUPILS)
    moved = [[*row[:5], "6A2", *row[6:]] if "Trần Minh An" in row else row for row in PUPILS]
    send(moved, extent=Extent.WHOLE_SCHOOL)
    live = Enrolment.objects.filter(person__name="Trần Minh An", status=Status.ACTIVE)
    assert [each.school_class.title for each in live] == ["6A2"]


def test_a_row_that_cannot_be_taken_leaves_its_pupil_as_they_were(send: Send, school: Org) -> None:
    send(PUPILS)
    before = state(school)
    bad = [[*row[:5], "", *row[6:]] if "Giàng A Páo" in row else row for row in PUPILS]
    outcome = send(bad)
    assert codes(outcome)["missing_value"] == ["Sheet1!F3"]
    assert not outcome.is_refused
    assert state(school) == before


def test_a_sheet_a_class_needs_no_column_for_it(send: Send, school: Org) -> None:
    bare = [[*row[:5], *row[6:]] for row in PUPILS]
    outcome = send(
        {"6A1": [["DANH SÁCH HỌC SINH"], [], *bare[:3]], "Lớp 7A": [bare[0], bare[3]], "Hướng dẫn": [["Đọc kỹ"]]}
    )
    assert not outcome.is_refused, codes(outcome)
    assert {(each[0], each[1]) for each in state(school)["enrolments"]} == {
        ("Trần Minh An", "6A1"),
        ("Giàng A Páo", "6A1"),
        ("Trần Gia Bình", "7A"),
    }
    assert codes(outcome)["sheet_not_read"] == ["Hướng dẫn"]


def test_two_of_one_name_and_birth_are_both_set_aside(send: Send, school: Org) -> None:
    twice = [*without_codes(PUPILS), (4, "Trần Minh An", "05/04/2014", "Nam", "7A", "Vi Thị Hoa", "")]
    outcome = send(twice)
    assert codes(outcome)["same_name_and_birth"] == ["Sheet1!B2", "Sheet1!B5"]
    assert "Trần Minh An" not in {each[1] for each in state(school)["people"]}


def test_twins_are_told_apart_by_their_tones(send: Send, school: Org) -> None:
    header = without_codes([HEADER])[0]
    rows = [
        header,
        (1, "Trần Văn Hùng", "05/04/2014", "Nam", "6A1", "Lò Thị Hạnh", "0951234567"),
        (2, "Trần Văn Hưng", "05/04/2014", "Nam", "6A1", "Lò Thị Hạnh", "0951234567"),
    ]
    send(rows)
    before = state(school)
    assert len([each for each in before["people"] if each[1].startswith("Trần Văn")]) == 2
    send(rows)
    assert state(school) == before


def test_codes_that_come_later_find_the_people_again_and_may_not_go(send: Send, school: Org) -> None:
    send(without_codes(PUPILS))
    before = {each[0] for each in state(school)["people"]}
    send(PUPILS)
    assert {each[0] for each in state(school)["people"]} == before
    assert refused(send(without_codes(PUPILS))) == "sheet_codes_gone Sheet1!1"


def test_another_schools_row_is_set_aside_and_nobody_ends_by_it(send: Send, school: Org) -> None:
    rows = [[*row, "Mã trường" if place == 0 else "24240501"] for place, row in enumerate(PUPILS)]
    rows[2][-1] = "99999999"
    outcome = send(rows)
    assert codes(outcome)["other_school"] == ["Sheet1!I3"]
    assert "Giàng A Páo" not in {each[1] for each in state(school)["people"]}


def test_a_list_without_a_column_says_nothing_about_who_stands_there(send: Send, school: Org) -> None:
    header = [*HEADER, "Họ tên bố", "SĐT bố"]
    rows = [header, *([*row, "Trần Văn Nam", "0951234569"] for row in PUPILS[1:])]
    send(rows)
    before = state(school)["links"]
    assert len(before) == 6
    send([row[:6] for row in PUPILS])
    assert state(school)["links"] == before
    send(PUPILS)
    assert state(school)["links"] == before
    emptied = [header, *([*row, "", ""] for row in PUPILS[1:])]
    send(emptied)
    assert {each[2] for each in state(school)["links"]} == {"mother"}


def test_a_guardian_whose_name_cannot_be_read_stays(send: Send, school: Org) -> None:
    send(PUPILS)
    before = state(school)["links"]
    outcome = send([[*row[:6], "Mỷ", row[7]] if "Giàng A Páo" in row else row for row in PUPILS])
    assert codes(outcome)["guardian_not_taken"] == ["Sheet1!G3"]
    assert state(school)["links"] == before
