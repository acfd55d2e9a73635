"""Memberships as the registry's rules give them: each rule with what it gives, and with what it must not."""

import datetime as dt
from typing import Any

import pytest

from realtime.errors import NotFound
from registry.changes import AccessChange
from registry.models import (
    Enrolment,
    GuardianLink,
    Org,
    OrgClosure,
    Person,
    PersonLink,
    Role,
    SchoolClass,
    Source,
)
from registry.selectors import today
from registry.signals import access_changed
from rooms import policy, roster, selectors
from rooms.kinds import Right, kinds
from rooms.models import Member, Room
from tests.cast import Cast
from tests.registry.conftest import send
from tests.registry.parcel import a_school
from tests.rooms.conftest import class_room, guardians_room, say
from tests.rooms.test_roster import seats
from tests.rooms.test_threads import become_guardian, start

__all__ = ["send"]


def changed(*people: Person) -> None:
    access_changed.send(sender=Source, change=AccessChange(people={person.pk for person in people}))


def members() -> set[tuple[str, str, str]]:
    """Every seat, by names that two imports share."""
    rows = Member.objects.exclude(room__kind="community")
    return set(rows.values_list("room__kind", "room__org__sourced_id", "person__sourced_id"))


@pytest.mark.django_db
def test_agents_on_either_row_or_both_give_identical_memberships(send: Any) -> None:
    found = []
    for said_by in ("student", "guardian", "both"):
        parcel = a_school(said_by=said_by)
        for table, key in (("users", "grades"),):
            for row in parcel.rows[table]:
                if row["sourcedId"] in {"an", "binh"}:
                    row[key] = "07"
        assert send(parcel, source=said_by).run.state == "applied"
        rows = Member.objects.filter(room__org__source__name=said_by).exclude(room__kind="community")
        found.append(set(rows.values_list("room__kind", "room__org__sourced_id", "person__sourced_id", "seat")))
    assert found[0] == found[1] == found[2]
    assert {("guardians", "truong", "hoa", "guardian"), ("class", "truong", "an", "pupil")} <= found[0]


@pytest.mark.django_db
@pytest.mark.parametrize(("counts", "expected"), [(True, True), (False, False)])
def test_a_relative_is_a_guardian_only_where_the_source_says_so(send: Any, counts: bool, expected: bool) -> None:
    Source.objects.create(name="test", relative_is_guardian=counts)
    parcel = a_school()
    parcel.row("roles", "hoa.truong.guardian")["role"] = "relative"
    send(parcel)
    assert Member.objects.filter(room__kind="guardians", person__sourced_id="hoa").exists() is expected
    assert Member.objects.filter(room__kind="guardians", person__sourced_id="dung").exists()


@pytest.mark.django_db
def test_a_disabled_user_with_enrolments_is_nobody(send: Any) -> None:
    send(a_school())
    parcel = a_school()
    parcel.row("users", "lan")["enabledUser"] = "false"
    parcel.row("users", "hoa")["enabledUser"] = "false"
    send(parcel)
    assert Enrolment.objects.get(person__sourced_id="lan").status == "active"
    assert not Member.objects.filter(person__sourced_id__in=["lan", "hoa"]).exists()
    assert Member.objects.filter(person__sourced_id="dung").exists()


@pytest.mark.django_db
def test_a_transfer_is_one_transaction_and_the_old_class_keeps_its_history_to_itself(send: Any, told: Any) -> None:
    parcel = a_school()
    parcel.school_class("3b", "truong")
    parcel.person("mai", "teacher", "truong")
    parcel.enrol("mai", "3b", "truong", "teacher", primary="true")
    send(parcel)
    old = Room.objects.get(kind="guardians", school_class__sourced_id="3a")
    new = Room.objects.get(kind="guardians", school_class__sourced_id="3b")
    hoa, lan = (Person.objects.get(sourced_id=name) for name in ("hoa", "lan"))
    say(lan, old, "Mai lớp 3A đi dã ngoại")
    thread = start(hoa, Person.objects.get(sourced_id="an"), hoa, lan)
    say(lan, thread, "Chào chị")
    parcel.drop("enrollments", "3a.an")
    parcel.enrol("an", "3b", "truong")
    frames = told(lambda: send(parcel))
    # One hint for everything: there is no moment at which the child is in neither class, or in both.
    assert [frame["type"] for frame in frames].count("hub.access") == 1
    assert [room for room in (old, new, thread) if policy.can(hoa, Right.READ, room.pk)] == [new]
    with pytest.raises(NotFound):
        selectors.history(hoa, old.pk)
    # What was said in the class is the class's; the conversation ended with the lessons, for both.
    assert len(selectors.history(lan, old.pk)["messages"]) == 1
    assert not policy.can(lan, Right.READ, thread.pk)
    assert Room.objects.get(pk=thread.pk).state == "archived"


@pytest.mark.django_db
def test_at_the_end_of_the_year_old_rooms_close_and_new_ones_open_at_midnight(send: Any) -> None:
    """A rollover brings new classes under new ids; on the night between, dates alone move everybody."""
    night = today() + dt.timedelta(days=10)
    parcel = a_school()
    parcel.rows["academicSessions"].clear()
    parcel.session("nam", end=night.isoformat())
    parcel.session("nam-sau", start=night.isoformat())
    parcel.school_class("4a", "truong", terms="nam-sau")
    for person, role in (("lan", "teacher"), ("an", "student"), ("binh", "student")):
        parcel.enrol(person, "4a", "truong", role, **({"primary": "true"} if role == "teacher" else {}))
    send(parcel)
    hoa = Person.objects.get(sourced_id="hoa")
    room = Room.objects.get(kind="guardians", school_class__sourced_id="3a")
    say(hoa, room, "Chúc cô năm mới")
    roster.revise_all(night - dt.timedelta(days=1))
    assert titles("hoa") == {"3a"}
    roster.revise_all(night)
    assert titles("hoa") == {"4a"} == titles("lan")
    assert Room.objects.get(pk=room.pk).state == "archived"
    assert not policy.can(hoa, Right.READ, room.pk)
    # Nothing of it is lost: the messages stay, in a room that nobody is in.
    assert room.messages.count() == 1


def titles(person: str) -> set[str]:
    seats = Member.objects.filter(person__sourced_id=person, room__school_class__isnull=False, room__state="open")
    return set(seats.values_list("room__school_class__sourced_id", flat=True))


def test_adult_learners_sit_in_their_class_without_any_guardian(cast: Cast) -> None:
    Org.objects.filter(pk=cast.school.pk).update(school_level="gdtx")
    Person.objects.filter(pk__in=[cast.an.pk, cast.binh.pk]).update(grade="")
    GuardianLink.objects.filter(student__in=[cast.an, cast.binh]).delete()
    access_changed.send(sender=Source, change=AccessChange(orgs={cast.school.pk}, people={cast.hoa.pk, cast.dung.pk}))
    assert seats(f"class:{cast.class_7a.pk}") == {
        cast.lan.pk: "teacher", cast.minh.pk: "teacher", cast.an.pk: "pupil", cast.binh.pk: "pupil",
    }  # fmt: skip
    assert set(seats(f"guardians:{cast.class_7a.pk}")) == {cast.lan.pk, cast.minh.pk}
    with pytest.raises(NotFound):
        start(cast.lan, cast.an, cast.hoa, cast.lan)


def test_a_teacher_who_is_a_guardian_is_one_as_guardian_and_reads_no_other_parents_thread(cast: Cast) -> None:
    become_guardian(cast, cast.lan, cast.an)
    own = start(cast.lan, cast.an, cast.lan, cast.minh)
    assert seats(own.key) == {cast.lan.pk: "guardian", cast.minh.pk: "teacher"}
    other = start(cast.hoa, cast.an, cast.hoa, cast.minh)
    assert not policy.can(cast.lan, Right.READ, other.pk)
    # With the other parent she never speaks as the child's teacher.
    with pytest.raises(NotFound):
        start(cast.hoa, cast.an, cast.hoa, cast.lan)
    # Of another child she is the teacher as before.
    assert seats(start(cast.dung, cast.binh, cast.dung, cast.lan).key)[cast.lan.pk] == "teacher"


def test_nor_does_the_record_by_which_she_teaches_where_she_has_two(cast: Cast) -> None:
    """Teacher and parent are two records in many registries: linked, they merge no rights and open no back door."""
    room = start(cast.hoa, cast.an, cast.hoa, cast.minh)
    mother = Person.objects.create(
        source=cast.source, sourced_id="minh-as-father", given_name="Minh", family_name="Vũ", name="Vũ Đức Minh"
    )
    become_guardian(cast, mother, cast.an)
    assert policy.can(cast.minh, Right.READ, room.pk)
    PersonLink.objects.create(one=mother, other=cast.minh, how="confirmed")
    changed(mother, cast.minh)
    assert not policy.can(cast.minh, Right.READ, room.pk)
    assert not Member.objects.filter(person=cast.minh, seat="guardian").exists()


def test_a_class_of_one_pupil_and_one_teacher_is_no_room_for_two(cast: Cast) -> None:
    room = class_room(cast.class_7c)
    assert seats(room.key) == {cast.quang.pk: "teacher"}
    assert not policy.can(cast.khanh, Right.READ, room.pk)
    Enrolment.objects.create(
        source=cast.source, sourced_id="second", person=cast.lan, school_class=cast.class_7c, school=cast.other_school,
        role="teacher",
    )  # fmt: skip
    changed(cast.lan)
    assert seats(room.key)[cast.khanh.pk] == "pupil"
    Enrolment.objects.filter(sourced_id="second").update(status="tobedeleted")
    changed(cast.lan)
    assert seats(room.key) == {cast.quang.pk: "teacher"}


def test_no_adult_is_ever_alone_with_a_pupil(cast: Cast) -> None:
    """Over every kind and every way of thinning a class out: where a pupil has a seat there is a third person, and where
    a pupil may write there is a teacher; a conversation for two seats no pupil at all."""
    start(cast.hoa, cast.an, cast.hoa, cast.lan)
    start(cast.dung, cast.binh, cast.dung, None)
    for leaving in (None, cast.minh, cast.binh, cast.an, cast.lan):
        if leaving is not None:
            Enrolment.objects.filter(person=leaving).update(status="tobedeleted")
            changed(leaving)
        Room.objects.update(is_talk_open=True)
        for room in Room.objects.filter(members__seat="pupil").distinct():
            assert room.members.count() >= 3, room.key
        for pupil in (cast.an, cast.binh, cast.chi, cast.khanh):
            for room in Room.objects.all():
                if policy.can(pupil, Right.POST, room.pk):
                    assert room.members.filter(seat="teacher").exists(), room.key
    assert not Member.objects.filter(room__kind="thread", seat="pupil").exists()
    private = [kind for kind in kinds() if kind.is_private]
    assert all("pupil" not in kind.grants for kind in private)
    assert private


def test_staff_and_heads_of_an_org_sit_in_its_room_and_guardians_never(cast: Cast) -> None:
    become_guardian(cast, cast.thu, cast.an)
    assert seats(f"staff:{cast.school.pk}")[cast.thu.pk] == "head"
    assert cast.hoa.pk not in seats(f"staff:{cast.school.pk}")
    OrgClosure.objects.filter(descendant=cast.school, ancestor=cast.dong_sen).delete()
    access_changed.send(sender=Source, change=AccessChange(orgs={cast.school.pk, cast.dong_sen.pk}))
    assert seats(f"staff:{cast.dong_sen.pk}") == {cast.phuc.pk: "head"}


def test_an_unknown_status_is_not_live(cast: Cast) -> None:
    for model, of in (
        (Role, {"person": cast.lan}),
        (Enrolment, {"person": cast.lan}),
        (SchoolClass, {"pk": cast.class_7a.pk}),
    ):
        model.objects.filter(**of).update(status="inactive")
        access_changed.send(sender=Source, change=AccessChange(people={cast.lan.pk}, classes={cast.class_7a.pk}))
        assert cast.lan.pk not in seats(f"class:{cast.class_7a.pk}")
        model.objects.filter(**of).update(status="active")
    access_changed.send(sender=Source, change=AccessChange(people={cast.lan.pk}, classes={cast.class_7a.pk}))
    assert cast.lan.pk in seats(f"class:{cast.class_7a.pk}")
    assert cast.hoa.pk in seats(guardians_room(cast.class_7a).key)
