"""Who gets a notice, and that preview and publishing say the same."""

import uuid
from itertools import combinations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from broadcasts import actions
from broadcasts.content import content_from
from broadcasts.errors import EmptyAudience, NameTaken, NotYourAudience, NotYourUrgency
from broadcasts.models import Acknowledgement, Broadcast, Receipt, Role
from delivery.models import Dispatch, PushSubscription
from registry.models import AuditLine, Enrolment, GuardianLink, Org, OrgClosure, Person, SchoolClass
from registry.models import Role as RegistryRole
from tests.broadcasts.writing import draft, publish
from tests.cast import Cast

EVERY_MIX = [list(mix) for size in range(1, 5) for mix in combinations(Role.values, size)]


def names(cast: Cast, broadcast: Broadcast) -> set[str]:
    """Who has a receipt, by their names in the cast."""
    people = set(broadcast.receipts.values_list("person", flat=True))
    return {name for name, person in cast.people().items() if person.pk in people}


def reasons(cast: Cast, broadcast: Broadcast) -> set[tuple[str, str | None, str, str | None]]:
    """Why each has it: (who, child, unit, class)."""
    who = {person.pk: name for name, person in cast.people().items()}
    rows = broadcast.acknowledgements.select_related("unit", "school_class")
    return {
        (
            who[row.person_id],
            who[row.student_id] if row.student_id else None,
            row.unit.name,
            row.school_class.title if row.school_class else None,
        )
        for row in rows
    }


def test_a_notice_to_a_school_reaches_everyone_in_it_and_no_one_else(cast: Cast) -> None:
    broadcast = publish(cast.hanh, cast.school)
    assert names(cast, broadcast) == {"hoa", "dung", "an", "binh", "chi", "lan", "minh", "mai", "thu"}
    assert broadcast.is_official
    assert broadcast.issuer == cast.school


def test_a_guardian_of_two_children_has_one_receipt_and_answers_for_each(cast: Cast) -> None:
    broadcast = publish(cast.hanh, cast.school, roles=["guardians"])
    school = cast.school.name
    assert reasons(cast, broadcast) == {
        ("hoa", "an", school, "7A"),
        ("hoa", "chi", school, "6B"),
        ("dung", "binh", school, "7A"),
    }
    assert broadcast.receipts.count() == 2


def test_a_notice_to_the_department_reaches_every_level_below_and_counts_for_its_units(cast: Cast) -> None:
    broadcast = publish(cast.son, cast.so, roles=["staff"])
    assert reasons(cast, broadcast) == {
        ("ha", None, cast.so.name, None),
        ("tu", None, cast.so.name, None),
        ("phuc", None, cast.dong_sen.name, None),
        ("hanh", None, cast.school.name, None),
        ("thu", None, cast.school.name, None),
    }


def test_a_notice_to_one_commune_stays_in_it(cast: Cast) -> None:
    broadcast = publish(cast.son, cast.dong_sen, urgency="khan", roles=["guardians"])
    assert names(cast, broadcast) == {"hoa", "dung"}
    assert broadcast.issuer == cast.so


def test_the_nearest_seat_of_several_speaks(cast: Cast) -> None:
    RegistryRole.objects.create(
        source=cast.source, sourced_id="second", person=cast.son, org=cast.dong_sen, role="districtAdministrator"
    )
    assert publish(cast.son, cast.school).issuer == cast.dong_sen
    assert publish(cast.son, cast.tan_son).issuer == cast.so


def test_a_class_notice_reaches_the_class_and_never_looks_official(cast: Cast) -> None:
    broadcast = publish(cast.lan, cast.class_7a)
    assert names(cast, broadcast) == {"an", "binh", "hoa", "dung", "minh"}
    assert not broadcast.is_official
    assert broadcast.issuer == cast.school
    only_an = ("hoa", "an", cast.school.name, "7A")
    assert {row for row in reasons(cast, broadcast) if row[0] == "hoa"} == {only_an}


def test_a_teacher_cannot_be_urgent(cast: Cast) -> None:
    for urgency in ("khan", "thuong_khan", "hoa_toc"):
        with pytest.raises(NotYourUrgency):
            publish(cast.lan, cast.class_7a, urgency=urgency)
    assert not Broadcast.objects.exists()


def test_the_head_of_a_school_speaks_to_its_classes_in_its_name(cast: Cast) -> None:
    broadcast = publish(cast.hanh, cast.class_7a, urgency="khan", roles=["teachers"])
    assert names(cast, broadcast) == {"lan", "minh"}
    assert broadcast.is_official
    with pytest.raises(NotYourAudience):
        publish(cast.hanh, cast.class_7c)


def test_pupils_below_grade_six_have_no_account_and_no_receipt(cast: Cast) -> None:
    Person.objects.filter(pk=cast.chi.pk).update(grade="05")
    broadcast = publish(cast.hanh, cast.school, roles=["students", "guardians"])
    assert names(cast, broadcast) == {"an", "binh", "hoa", "dung"}
    assert ("hoa", "chi", cast.school.name, "6B") in reasons(cast, broadcast)
    Org.objects.filter(pk=cast.school.pk).update(school_level="gdtx")
    assert "chi" in names(cast, publish(cast.hanh, cast.school, roles=["students"]))
    assert "chi" in names(cast, publish(cast.mai, cast.class_6b, roles=["students"]))


@pytest.mark.parametrize("state", [GuardianLink.State.BLOCKED, GuardianLink.State.UNVERIFIED])
def test_a_link_that_grants_nothing_brings_no_notice(cast: Cast, state: str) -> None:
    GuardianLink.objects.filter(guardian=cast.hoa, student=cast.an).update(state=state)
    broadcast = publish(cast.hanh, cast.school, roles=["guardians"])
    assert ("hoa", "an", cast.school.name, "7A") not in reasons(cast, broadcast)
    assert names(cast, publish(cast.lan, cast.class_7a, roles=["guardians"])) == {"dung"}


def test_a_teacher_who_is_a_guardian_answers_once_for_herself_and_once_for_the_child(cast: Cast) -> None:
    _becomes_guardian(cast, cast.mai, cast.an)
    broadcast = publish(cast.hanh, cast.school)
    assert broadcast.receipts.filter(person=cast.mai).count() == 1
    assert {row for row in reasons(cast, broadcast) if row[0] == "mai"} == {
        ("mai", None, cast.school.name, None),
        ("mai", "an", cast.school.name, "7A"),
    }


def test_an_author_is_asked_as_a_guardian_but_not_as_the_author(cast: Cast) -> None:
    _becomes_guardian(cast, cast.lan, cast.an)
    broadcast = publish(cast.lan, cast.class_7a)
    assert {row for row in reasons(cast, broadcast) if row[0] == "lan"} == {("lan", "an", cast.school.name, "7A")}


def test_who_works_in_a_part_of_a_school_counts_for_the_school(cast: Cast) -> None:
    part = Org.objects.create(source=cast.source, sourced_id="part", name="Tổ Toán", type="department")
    for link in OrgClosure.objects.filter(descendant=cast.school):
        OrgClosure.objects.create(ancestor=link.ancestor, descendant=part, depth=link.depth + 1)
    OrgClosure.objects.create(ancestor=part, descendant=part, depth=0)
    RegistryRole.objects.filter(person=cast.minh).update(org=part)
    assert ("minh", None, cast.school.name, None) in reasons(cast, publish(cast.hanh, cast.school, roles=["teachers"]))


def test_who_is_staff_of_two_schools_answers_once_for_the_primary_one(cast: Cast) -> None:
    RegistryRole.objects.create(
        source=cast.source, sourced_id="also", person=cast.quang, org=cast.school, role="teacher", is_primary=False
    )
    broadcast = publish(cast.son, cast.so, roles=["teachers"])
    assert {row for row in reasons(cast, broadcast) if row[0] == "quang"} == {
        ("quang", None, cast.other_school.name, None)
    }


def test_roles_and_enrolments_that_ended_bring_no_notice(cast: Cast) -> None:
    RegistryRole.objects.filter(person=cast.minh).update(ends_on="2020-01-01")
    Enrolment.objects.filter(person=cast.binh).update(status="tobedeleted")
    assert "minh" not in names(cast, publish(cast.hanh, cast.school))
    assert names(cast, publish(cast.lan, cast.class_7a)) == {"an", "hoa"}


def test_the_preview_is_what_publishing_writes(cast: Cast) -> None:
    _becomes_guardian(cast, cast.mai, cast.an)
    PushSubscription.objects.create(person=cast.hoa, endpoint="https://push.example/1", p256dh="k", auth="a")
    audiences: list[tuple[Person, Org | SchoolClass]] = [
        (cast.son, cast.so),
        (cast.son, cast.dong_sen),
        (cast.hanh, cast.school),
        (cast.lan, cast.class_7a),
    ]
    for author, to in audiences:
        for mix in EVERY_MIX:
            ready = content_from(draft(to, roles=mix))
            reach = actions.preview(author, ready)
            if reach.people == 0:
                with pytest.raises(EmptyAudience):
                    publish(author, to, roles=mix)
                continue
            broadcast = publish(author, to, roles=mix)
            rows = broadcast.acknowledgements
            assert reach.people == broadcast.receipts.count()
            assert reach.people == rows.values("person").distinct().count()
            assert reach.schools == rows.filter(unit__type="school").values("unit").distinct().count()
            assert reach.classes == rows.exclude(school_class=None).values("school_class").distinct().count()
            assert reach.by_role["guardians"] == rows.exclude(student=None).values("person").distinct().count()
            assert reach.channels.push == broadcast.receipts.filter(person=cast.hoa).count()
            assert set(reach.by_role) == set(Role.values)
            assert all(count == 0 for role, count in reach.by_role.items() if role not in mix)


def test_households_are_counted_once(cast: Cast) -> None:
    ready = content_from(draft(cast.school, roles=["guardians", "students"]))
    assert actions.preview(cast.hanh, ready).households == 2
    family = [cast.hoa.pk, cast.an.pk, cast.chi.pk, cast.dung.pk, cast.binh.pk]
    Person.objects.filter(pk__in=family).update(household=1)
    assert actions.preview(cast.hanh, ready).households == 1
    Person.objects.filter(pk__in=[cast.dung.pk, cast.binh.pk]).update(household=2)
    assert actions.preview(cast.hanh, ready).households == 2


def test_the_same_name_and_content_again_sends_nothing_more(cast: Cast) -> None:
    name, ready = uuid.uuid4(), content_from(draft(cast.school))
    first, is_new = actions.publish(cast.hanh, ready, client_broadcast_id=name)
    assert is_new
    spaced = content_from(draft(cast.school, title="  Nghỉ học   do mưa bão "))
    assert actions.publish(cast.hanh, spaced, client_broadcast_id=name) == (first, False)
    with pytest.raises(NameTaken):
        actions.publish(cast.hanh, content_from(draft(cast.school, body="Khác")), client_broadcast_id=name)
    with pytest.raises(NameTaken):
        actions.publish(cast.hanh, content_from(draft(cast.school, roles=["staff"])), client_broadcast_id=name)
    assert Broadcast.objects.count() == 1
    assert Receipt.objects.count() == first.receipts.count()
    assert Dispatch.objects.filter(source="broadcast").count() == 1
    RegistryRole.objects.filter(person=cast.hanh).update(status="tobedeleted")
    assert actions.publish(cast.hanh, ready, client_broadcast_id=name) == (first, False)


def test_another_author_may_use_the_same_name(cast: Cast) -> None:
    name = uuid.uuid4()
    first, _new = actions.publish(cast.son, content_from(draft(cast.school)), client_broadcast_id=name)
    second, _new = actions.publish(cast.hanh, content_from(draft(cast.school)), client_broadcast_id=name)
    assert first != second


def test_a_refused_notice_leaves_nothing_behind(cast: Cast) -> None:
    SchoolClass.objects.filter(pk=cast.class_7c.pk).update(ends_on="2021-01-01")
    for author, to in (
        (cast.quang, cast.school),
        (cast.tu, cast.so),
        (cast.lan, cast.class_6b),
        (cast.quang, cast.class_7c),
    ):
        with pytest.raises(NotYourAudience):
            publish(author, to)
    # Everybody else on the staff of the commune and below leaves: only the author would have his own notice.
    RegistryRole.objects.filter(person__in=[cast.hanh, cast.thu]).update(status="tobedeleted")
    with pytest.raises(EmptyAudience):
        publish(cast.phuc, cast.dong_sen, roles=["staff"])
    for model in (Broadcast, Receipt, Acknowledgement, Dispatch):
        assert not model.objects.exists()
    assert not AuditLine.objects.filter(act="broadcast.publish").exists()


def test_publishing_is_recorded_without_words_or_names(cast: Cast) -> None:
    broadcast = publish(cast.son, cast.so, urgency="hoa_toc")
    line = AuditLine.objects.get(act="broadcast.publish")
    assert line.actor == cast.son
    assert line.subject == f"broadcast:{broadcast.pk}"
    assert line.details["people"] == broadcast.receipts.count()
    assert broadcast.title not in str(line.details)
    dispatch = Dispatch.objects.get(source="broadcast", subject=broadcast.pk)
    assert dispatch.priority == 30


def test_publishing_takes_as_many_statements_for_five_hundred_as_for_ten(cast: Cast) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            publish(cast.hanh, cast.school)
        return len(captured)

    # The first of all makes the key that the others are signed with.
    publish(cast.hanh, cast.school)
    few = statements()
    crowd(cast, 500)
    assert Broadcast.objects.get(pk=publish(cast.hanh, cast.school).pk).receipts.count() > 500
    # Two of them for the ladder: what its org decided, and its rungs. Two for the proof: the key, and what it signed.
    # One for which classes are homerooms.
    assert statements() == few <= 24


def crowd(cast: Cast, count: int) -> None:
    """So many more guardians, each with a child in 7A."""
    people = [
        Person(source=cast.source, sourced_id=f"crowd-{n}", given_name="G", family_name="H", name=f"H {n}", grade="07")
        for n in range(2 * count)
    ]
    Person.objects.bulk_create(people)
    kinds = [("guardian", people[:count]), ("student", people[count:])]
    RegistryRole.objects.bulk_create(
        RegistryRole(source=cast.source, sourced_id=f"crowd-{person.pk}", person=person, org=cast.school, role=role)
        for role, some in kinds
        for person in some
    )
    pairs = list(zip(people[:count], people[count:], strict=True))
    GuardianLink.objects.bulk_create(
        GuardianLink(source=cast.source, guardian=guardian, student=student, state="active")
        for guardian, student in pairs
    )
    Enrolment.objects.bulk_create(
        Enrolment(
            source=cast.source,
            sourced_id=f"crowd-{student.pk}",
            person=student,
            school_class=cast.class_7a,
            school=cast.school,
            role="student",
        )
        for _guardian, student in pairs
    )


def _becomes_guardian(cast: Cast, person: Person, student: Person) -> None:
    RegistryRole.objects.create(
        source=cast.source, sourced_id=f"guardian-{person.pk}", person=person, org=cast.school, role="guardian"
    )
    GuardianLink.objects.create(source=cast.source, guardian=person, student=student, state="active")
