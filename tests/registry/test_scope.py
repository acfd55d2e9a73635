"""A source speaks for one subtree and for its own people: what reaches further is refused row by row, the rest is taken."""

import pytest

from registry.models import Course, Enrolment, GuardianLink, Org, Person, Role, SchoolClass, Source, SyncRun
from registry.selectors import live_enrolments, live_people, subtree
from registry.sync.run import Outcome
from tests.registry.conftest import Send, codes, moved
from tests.registry.parcel import Parcel, a_school

pytestmark = pytest.mark.django_db


@pytest.fixture
def province(send: Send) -> Parcel:
    """The province's source: Sở, xã, and two schools; `truong2` has no people of its own there."""
    parcel = a_school()
    parcel.org("truong2", "school", "xa", identifier="00000002")
    send(parcel, source="province")
    return parcel


@pytest.fixture
def school(province: Parcel) -> Source:
    """The source of truong2, which only has its own files."""
    return Source.objects.create(name="school", scope_org=Org.objects.get(sourced_id="truong2"))


def of_school(place: str = "truong2") -> Parcel:
    """The school's people and a class; it brings no orgs."""
    parcel = Parcel()
    parcel.session("nam")
    parcel.add("courses", "mon", title="Lớp 4", orgSourcedId=place)
    parcel.school_class("4a", place)
    parcel.person("mai", "teacher", place)
    parcel.person("khoi", "student", place, agentSourcedIds="ngan")
    parcel.person("ngan", "guardian", place)
    parcel.enrol("mai", "4a", place, "teacher", primary="true")
    parcel.enrol("khoi", "4a", place)
    parcel.rows["orgs"] = []
    return parcel


def _send(send: Send, parcel: Parcel) -> Outcome:
    return send(parcel, source="school", skip=() if parcel.rows["orgs"] else ("orgs",))


def _refused(outcome: Outcome) -> set[tuple[str, str, str]]:
    return {
        (issue.file.removesuffix(".csv"), issue.sourced_id, issue.code)
        for issue in outcome.issues.kept
        if issue.severity == "quarantined"
    }


@pytest.mark.parametrize("place", ["truong2", "00000002"])
def test_a_school_with_files_of_its_own_hangs_on_the_org_that_the_province_brought(
    send: Send, school: Source, place: str
) -> None:
    outcome = _send(send, of_school(place))
    assert (outcome.run.state, codes(outcome)) == (SyncRun.State.APPLIED, set())
    assert live_enrolments().filter(person__source=school).count() == 2
    org = Org.objects.get(sourced_id="truong2")
    assert {role.org for role in Role.objects.filter(source=school)} == {org}
    assert SchoolClass.objects.get(sourced_id="4a").school == org
    assert GuardianLink.objects.get(source=school).state == "active"
    assert Org.objects.count() == 4
    assert not moved(_send(send, of_school(place)))


def test_the_provinces_next_package_leaves_the_schools_people_alone(
    send: Send, province: Parcel, school: Source
) -> None:
    _send(send, of_school())
    assert not moved(send(province.copy(), source="province"))
    assert live_people().filter(source=school).count() == 3


def test_what_reaches_outside_is_refused_row_by_row_in_every_file(send: Send, province: Parcel, school: Source) -> None:
    parcel = of_school()
    parcel.org("to", "department", "truong2")
    parcel.org("gia", "school", "xa")
    parcel.org("goc", "state")
    parcel.org("truong2", "school", "so")
    parcel.org("khac", "school", "truong2", identifier="00000002")
    parcel.add("courses", "mon-ngoai", title="Lớp 3", orgSourcedId="so")
    parcel.school_class("lop-ngoai", "truong")
    parcel.role("mai", "principal", "truong")
    parcel.role("mai", "districtAdministrator", "so")
    parcel.role("lan", "principal", "truong2")
    parcel.role("khoi", "student", "gia")
    parcel.enrol("khoi", "3a", "truong")
    parcel.enrol("lan", "4a", "truong2", "teacher")
    parcel.enrol("mai", "lop-ngoai", "truong", "teacher")
    outcome = _send(send, parcel)
    assert outcome.run.state == SyncRun.State.APPLIED
    assert _refused(outcome) == {
        ("orgs", "gia", "outside_scope"),
        ("orgs", "goc", "outside_scope"),
        ("orgs", "truong2", "other_source_owns"),
        ("orgs", "khac", "other_source_owns"),
        ("courses", "mon-ngoai", "outside_scope"),
        ("classes", "lop-ngoai", "outside_scope"),
        ("roles", "mai.truong.principal", "outside_scope"),
        ("roles", "mai.so.districtAdministrator", "outside_scope"),
        ("roles", "lan.truong2.principal", "other_source_owns"),
        ("roles", "khoi.gia.student", "outside_scope"),
        ("enrollments", "3a.khoi", "outside_scope"),
        ("enrollments", "4a.lan", "other_source_owns"),
        ("enrollments", "lop-ngoai.mai", "outside_scope"),
    }
    assert {each.sourced_id for each in Org.objects.filter(source=school)} == {"to"}
    inside = set(subtree(Org.objects.get(sourced_id="truong2").pk))
    for model in (Role, Enrolment, SchoolClass, Course):
        field = {Role: "org", Course: "org"}.get(model, "school")
        assert {getattr(each, field) for each in model.objects.filter(source=school)} <= inside
    assert live_enrolments().filter(person__source=school).count() == 2
    assert not moved(send(province.copy(), source="province"))


def test_a_guardian_of_another_source_is_not_linked(send: Send, school: Source) -> None:
    parcel = of_school()
    parcel.row("users", "khoi")["agentSourcedIds"] = "hoa,ngan"
    outcome = _send(send, parcel)
    assert codes(outcome) == {"other_source_owns"}
    assert {link.guardian.sourced_id for link in GuardianLink.objects.filter(source=school)} == {"ngan"}


def test_the_province_cannot_speak_about_the_schools_people_either(
    send: Send, province: Parcel, school: Source
) -> None:
    _send(send, of_school())
    parcel = province.copy()
    parcel.role("khoi", "principal", "truong2")
    parcel.enrol("mai", "3a", "truong", "teacher")
    parcel.enrol("an", "4a", "truong2")
    outcome = send(parcel, source="province")
    assert _refused(outcome) == {
        ("roles", "khoi.truong2.principal", "other_source_owns"),
        ("enrollments", "3a.mai", "other_source_owns"),
        ("enrollments", "4a.an", "other_source_owns"),
    }


def test_the_same_sourced_id_in_two_sources_is_two_people(send: Send, school: Source) -> None:
    parcel = of_school()
    parcel.person("an", "student", "truong2")
    parcel.enrol("an", "4a", "truong2")
    assert not codes(_send(send, parcel))
    assert Person.objects.filter(sourced_id="an").count() == 2
    mine = live_enrolments().get(person__sourced_id="an", school_class__sourced_id="4a")
    assert mine.person.source == school
    assert live_enrolments().get(person__sourced_id="an", school_class__sourced_id="3a").person.source != school


def test_an_identity_that_another_source_holds_elsewhere_is_not_taken_over(
    send: Send, province: Parcel, school: Source
) -> None:
    parcel = province.copy()
    parcel.row("users", "lan")["identifier"] = "2400000001"
    send(parcel, source="province")
    mine = of_school()
    mine.person("lan-moi", "principal", "truong2", identifier="2400000001")
    outcome = _send(send, mine)
    assert ("users", "lan-moi", "other_source_owns") in _refused(outcome)
    assert not Person.objects.filter(sourced_id="lan-moi").exists()
    # Once the other source has let go of her, she may work here.
    parcel.drop("users", "lan")
    parcel.drop("roles", "lan.truong.teacher")
    parcel.drop("enrollments", "3a.lan")
    send(parcel, source="province")
    assert not codes(_send(send, mine))
    assert live_people().filter(sourced_id="lan-moi").exists()


def test_rows_of_a_delta_that_reach_outside_wait_for_nothing(send: Send, school: Source) -> None:
    _send(send, of_school())
    parcel = Parcel(mode="delta")
    parcel.role("mai", "principal", "so")
    parcel.role("khoi", "student", "truong2", beginDate="2026-01-01")
    outcome = _send(send, parcel.said())
    assert _refused(outcome) == {("roles", "mai.so.principal", "outside_scope")}
    assert moved(outcome) == {"roles": {"changed": 1}}
    assert not school.pending.exists()


def test_a_scope_made_narrower_holds_for_the_sources_own_orgs(send: Send, province: Parcel) -> None:
    source = Source.objects.get(name="province")
    source.scope_org = Org.objects.get(sourced_id="truong2")
    source.save()
    parcel = province.copy()
    parcel.row("orgs", "truong")["name"] = "Tên khác"
    parcel.row("orgs", "truong2")["name"] = "Tên mới"
    parcel.person("moi", "teacher", "truong")
    outcome = send(parcel, source="province")
    assert ("orgs", "truong", "outside_scope") in _refused(outcome)
    assert ("roles", "moi.truong.teacher", "outside_scope") in _refused(outcome)
    assert Org.objects.get(sourced_id="truong2").name == "Tên mới"
    assert Org.objects.get(sourced_id="truong").name == "Đơn vị truong"
    parcel.row("orgs", "truong2")["parentSourcedId"] = "so"
    assert ("orgs", "truong2", "outside_scope") in _refused(send(parcel, source="province"))


def test_an_org_cannot_be_moved_out_of_the_scope(send: Send, school: Source) -> None:
    parcel = of_school()
    parcel.org("to", "department", "truong2")
    _send(send, parcel)
    parcel.row("orgs", "to")["parentSourcedId"] = "so"
    assert _refused(_send(send, parcel)) == {("orgs", "to", "outside_scope")}
    assert Org.objects.get(sourced_id="to") in set(subtree(Org.objects.get(sourced_id="truong2").pk))
