"""The templates of the school systems, filled with a whole school: everybody arrives, nobody is made up."""

import datetime as dt
from pathlib import Path

import pytest

from chatserver.province.sheets import LAYOUTS, SchoolLists, school_lists, write_workbook
from registry.models import Org
from registry.sync.sheet.importing import SheetOutcome
from tests.registry_sheets.conftest import Send, codes, state

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def lists() -> SchoolLists:
    return school_lists("thcs-dongsen", today=dt.date(2026, 10, 6))


@pytest.fixture(autouse=True)
def _of_the_lists(school: Org, lists: SchoolLists) -> None:
    Org.objects.filter(pk=school.pk).update(identifier=lists.school.org.identifier)
    school.refresh_from_db()


def _sent(send: Send, lists: SchoolLists, layout: str, tmp_path: Path) -> SheetOutcome:
    return send(write_workbook(LAYOUTS[layout](lists), tmp_path / f"{layout}.xlsx"))


@pytest.mark.parametrize("layout", ["k12_online", "misa_emis", "vnedu", "moet"])
def test_every_pupil_of_a_template_arrives_in_the_right_class(
    layout: str, send: Send, school: Org, lists: SchoolLists, tmp_path: Path
) -> None:
    outcome = _sent(send, lists, layout, tmp_path)
    assert not outcome.is_refused, codes(outcome)
    found = state(school)
    taken = [(each[0], each[1]) for each in found["enrolments"]]
    assert sorted(taken) == sorted((str(pupil.name), pupil.school_class.title) for pupil in lists.pupils)
    set_aside = [fault for fault in outcome.faults if fault.severity == "quarantined"]
    assert not set_aside
    adults = {str(held.guardian.name) for pupil in lists.pupils for held in pupil.guardians}
    pupils = {str(pupil.name) for pupil in lists.pupils}
    assert {each[1] for each in found["people"]} <= adults | pupils
    assert {each[3] for each in found["links"]} == {"active"}


def test_siblings_share_their_mother_where_the_list_has_her_number(
    send: Send, school: Org, lists: SchoolLists, tmp_path: Path
) -> None:
    _sent(send, lists, "vnedu", tmp_path)
    links = {(guardian, pupil) for guardian, pupil, _relation, _state in state(school)["links"]}
    told = {
        (str(held.guardian.name), str(pupil.name))
        for pupil in lists.pupils
        for held in pupil.guardians
        if held.relation in {"mother", "father"}
    }
    assert told <= links


def test_the_staff_arrive_with_their_seats_and_classes(
    send: Send, school: Org, lists: SchoolLists, tmp_path: Path
) -> None:
    _sent(send, lists, "vnedu", tmp_path)
    outcome = _sent(send, lists, "staff", tmp_path)
    assert not outcome.is_refused, codes(outcome)
    found = state(school)
    roles = {person: role for person, role, _org in found["roles"] if person.startswith("cb.")}
    assert len(roles) == len(lists.staff)
    expected = sorted(next(iter(person.roles)).role for person in lists.staff)
    # An administrator of systems is made by nobody's list.
    assert sorted(roles.values()) == sorted("aide" if role == "systemAdministrator" else role for role in expected)
    homerooms = {(each[0], each[1]) for each in found["enrolments"] if each[2] == "teacher" and each[3]}
    assert homerooms == {(str(each.teacher.name), each.school_class.title) for each in lists.teachings if each.homeroom}
    teaching = {(each[0], each[1]) for each in found["enrolments"] if each[2] == "teacher"}
    assert teaching == {(str(each.teacher.name), each.school_class.title) for each in lists.teachings}
    assert codes(outcome).keys() <= {"sheet_footer"}
