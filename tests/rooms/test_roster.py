"""Members are what the registry says, on every day, whatever changed."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.changes import AccessChange
from registry.models import Enrolment, GuardianLink, Org, OrgClosure, Person, Role, SchoolClass, Source
from registry.selectors import today
from registry.signals import access_changed
from rooms import actions, roster
from rooms.models import Member, Room
from rooms.receivers import revise_for_today
from tests.cast import Cast
from tests.rooms.conftest import class_room, guardians_room


def seats(key: str) -> dict[int, str]:
    return dict(Member.objects.filter(room__key=key).values_list("person", "seat"))


def changed(**ids: Any) -> None:
    access_changed.send(sender=Source, change=AccessChange(**ids))


def rosters() -> dict[str, int]:
    return dict(Room.objects.values_list("key", "roster"))


def moved(before: dict[str, int]) -> set[str]:
    """Keys of the rooms whose roster number has moved."""
    return {key for key, number in rosters().items() if before.get(key) != number}


def test_the_small_school_has_exactly_these_rooms(cast: Cast) -> None:
    keys = set(Room.objects.values_list("key", flat=True))
    classes = [cast.class_7a, cast.class_6b, cast.class_7c]
    orgs = [cast.so, cast.dong_sen, cast.tan_son, cast.school, cast.other_school]
    assert keys == {f"{kind}:{c.pk}" for kind in ("class", "guardians") for c in classes} | {
        f"{kind}:{o.pk}" for kind in ("staff", "community") for o in orgs
    }


def test_every_seat_is_the_registrys(cast: Cast) -> None:
    c = cast
    teachers = {c.lan.pk: "teacher", c.minh.pk: "teacher"}
    assert seats(f"class:{c.class_7a.pk}") == teachers | {c.an.pk: "pupil", c.binh.pk: "pupil"}
    assert seats(f"guardians:{c.class_7a.pk}") == teachers | {c.hoa.pk: "guardian", c.dung.pk: "guardian"}
    staff = {person.pk: "staff" for person in (c.lan, c.minh, c.mai)}
    assert seats(f"staff:{c.school.pk}") == staff | {c.hanh.pk: "head", c.thu.pk: "head"}
    assert seats(f"staff:{c.dong_sen.pk}") == {c.phuc.pk: "head", c.hanh.pk: "unit_head"}
    # Tú runs imports and reads no room.
    assert seats(f"staff:{c.so.pk}") == {c.son.pk: "head", c.ha.pk: "head", c.phuc.pk: "unit_head"}
    assert not Member.objects.filter(room__kind="community").exists()


def test_revising_again_writes_nothing(cast: Cast) -> None:
    actions.open_room(cast.hoa, Room.objects.get(key=f"community:{cast.so.pk}").pk)
    before = rosters()
    for revise in (
        roster.revise_all,
        lambda: roster.revise_for(AccessChange(people={p.pk for p in cast.people().values()})),
    ):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            difference = revise()
        assert not difference
        writes = [q["sql"] for q in queries if q["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
        assert all("wanted_seat" in sql.split("(")[0] for sql in writes)
    assert rosters() == before


def test_a_small_change_moves_only_its_rooms(cast: Cast) -> None:
    before = rosters()
    Enrolment.objects.filter(person=cast.minh).update(status="tobedeleted")
    changed(people={cast.minh.pk})
    assert moved(before) == {f"class:{cast.class_7a.pk}", f"guardians:{cast.class_7a.pk}"}
    assert cast.minh.pk not in seats(f"class:{cast.class_7a.pk}")
    # Still on the staff of the school: that is another row of the registry.
    assert cast.minh.pk in seats(f"staff:{cast.school.pk}")


@pytest.mark.parametrize("by", ["people", "classes", "orgs", "everything"])
def test_a_change_is_found_however_the_registry_names_it(cast: Cast, by: str) -> None:
    Role.objects.filter(person=cast.lan).update(status="tobedeleted")
    ids = {"people": {cast.lan.pk}, "classes": {cast.class_7a.pk}, "orgs": {cast.school.pk}, "everything": True}
    changed(**{by: ids[by]})
    assert cast.lan.pk not in seats(f"class:{cast.class_7a.pk}")
    if by != "classes":
        assert cast.lan.pk not in seats(f"staff:{cast.school.pk}")


def test_dates_begin_and_end_at_midnight(cast: Cast) -> None:
    day = today()
    Enrolment.objects.filter(person=cast.lan).update(ends_on=day)
    Enrolment.objects.filter(person=cast.minh).update(begins_on=day + dt.timedelta(days=1))
    GuardianLink.objects.filter(guardian=cast.dung).update(valid_to=day + dt.timedelta(days=1))
    key = f"guardians:{cast.class_7a.pk}"
    roster.revise_all()
    assert set(seats(key)) == {cast.hoa.pk, cast.dung.pk}
    roster.revise_all(day + dt.timedelta(days=1))
    assert set(seats(key)) == {cast.hoa.pk, cast.minh.pk}


def test_a_transfer_ends_one_class_and_begins_the_other_at_once(cast: Cast) -> None:
    Enrolment.objects.filter(person=cast.an).update(school_class=cast.class_7c, school=cast.other_school)
    Role.objects.filter(person=cast.an).update(org=cast.other_school)
    Role.objects.create(
        source=cast.source, sourced_id="second", person=cast.hoa, org=cast.other_school, role="guardian"
    )
    changed(people={cast.an.pk})
    assert cast.an.pk not in seats(f"class:{cast.class_7a.pk}")
    assert cast.hoa.pk not in seats(f"guardians:{cast.class_7a.pk}")
    assert cast.an.pk in seats(f"class:{cast.class_7c.pk}")
    assert cast.hoa.pk in seats(f"guardians:{cast.class_7c.pk}")
    # A sister stays in 6B, and with her the guardian.
    assert cast.hoa.pk in seats(f"guardians:{cast.class_6b.pk}")


def test_one_of_two_causes_is_enough(cast: Cast) -> None:
    GuardianLink.objects.create(
        source=cast.source, guardian=cast.hoa, student=cast.binh, state="active", said_by_student=True
    )
    changed(people={cast.hoa.pk})
    GuardianLink.objects.filter(guardian=cast.hoa, student=cast.an).update(state="blocked")
    changed(people={cast.hoa.pk, cast.an.pk})
    assert cast.hoa.pk in seats(f"guardians:{cast.class_7a.pk}")


@pytest.mark.parametrize(
    "unlink",
    [
        lambda c: GuardianLink.objects.filter(guardian=c.hoa).update(state="unverified"),
        lambda c: Role.objects.filter(person=c.hoa).update(role="relative"),
        lambda c: Role.objects.filter(person=c.an).update(role="teacher"),
        lambda c: Person.objects.filter(pk=c.hoa.pk).update(enabled=False),
        lambda c: Person.objects.filter(pk=c.an.pk).update(status="tobedeleted"),
        lambda c: Enrolment.objects.filter(person=c.an).update(status="unknown"),
    ],
)
def test_whatever_makes_the_link_untrue_takes_the_seat(cast: Cast, unlink: Any) -> None:
    assert cast.hoa.pk in seats(f"guardians:{cast.class_7a.pk}")
    unlink(cast)
    changed(people={cast.hoa.pk, cast.an.pk})
    assert cast.hoa.pk not in seats(f"guardians:{cast.class_7a.pk}")


def test_pupils_below_grade_six_have_no_seat_and_adult_learners_do(cast: Cast) -> None:
    Person.objects.filter(pk=cast.an.pk).update(grade="05")
    Person.objects.filter(pk=cast.binh.pk).update(grade="")
    changed(people={cast.an.pk, cast.binh.pk})
    assert not {cast.an.pk, cast.binh.pk} & set(seats(f"class:{cast.class_7a.pk}"))
    assert cast.hoa.pk in seats(f"guardians:{cast.class_7a.pk}")
    Org.objects.filter(pk=cast.school.pk).update(school_level="gdtx")
    changed(orgs={cast.school.pk})
    assert {cast.an.pk, cast.binh.pk} <= set(seats(f"class:{cast.class_7a.pk}"))


def test_proctors_and_administrators_of_a_class_look_on(cast: Cast) -> None:
    Enrolment.objects.filter(person=cast.minh).update(role="proctor")
    changed(people={cast.minh.pk})
    room = guardians_room(cast.class_7a)
    assert seats(room.key)[cast.minh.pk] == "observer"
    assert actions.open_room(cast.minh, room.pk).rights.names() == ["read"]


def test_a_dead_class_is_archived_and_a_living_one_comes_back(cast: Cast) -> None:
    keys = {f"class:{cast.class_7a.pk}", f"guardians:{cast.class_7a.pk}"}
    SchoolClass.objects.filter(pk=cast.class_7a.pk).update(ends_on=today())
    changed(classes={cast.class_7a.pk})
    assert set(Room.objects.filter(state="archived").values_list("key", flat=True)) == keys
    assert not Member.objects.filter(room__key__in=keys).exists()
    SchoolClass.objects.filter(pk=cast.class_7a.pk).update(ends_on=None)
    changed(classes={cast.class_7a.pk})
    assert not Room.objects.filter(state="archived").exists()
    assert cast.hoa.pk in seats(f"guardians:{cast.class_7a.pk}")


def test_scheduled_classes_have_rooms_only_where_there_are_no_homerooms(cast: Cast) -> None:
    SchoolClass.objects.filter(pk=cast.class_7c.pk).update(class_type="scheduled")
    SchoolClass.objects.filter(pk=cast.class_6b.pk).update(class_type="scheduled")
    changed(classes={cast.class_7c.pk, cast.class_6b.pk})
    assert class_room(cast.class_7c).state == "open"
    assert class_room(cast.class_6b).state == "archived"
    assert class_room(cast.class_7a).state == "open"


def test_a_dissolved_org_loses_its_rooms_and_a_new_one_gets_them(cast: Cast) -> None:
    Org.objects.filter(pk=cast.dong_sen.pk).update(valid_to=today())
    OrgClosure.objects.filter(descendant=cast.school, ancestor=cast.dong_sen).update(ancestor=cast.tan_son)
    new = Org.objects.create(source=cast.source, sourced_id="new", name="Xã Mới", type="local")
    changed(orgs={cast.dong_sen.pk, cast.school.pk, new.pk})
    assert Room.objects.get(key=f"staff:{cast.dong_sen.pk}").state == "archived"
    assert Room.objects.get(key=f"community:{new.pk}").state == "open"
    assert seats(f"staff:{cast.tan_son.pk}") == {cast.hanh.pk: "unit_head"}


def test_who_opened_a_community_room_loses_it_with_the_right(cast: Cast) -> None:
    square = Room.objects.get(key=f"community:{cast.school.pk}")
    for person in (cast.hoa, cast.lan, cast.hanh, cast.phuc):
        actions.open_room(person, square.pk)
    assert seats(square.key) == {
        cast.hoa.pk: "guardian", cast.lan.pk: "staff", cast.hanh.pk: "sender", cast.phuc.pk: "sender",
    }  # fmt: skip
    Role.objects.filter(person=cast.hoa).update(org=cast.other_school)
    Role.objects.filter(person=cast.hanh).update(role="teacher")
    changed(people={cast.hoa.pk, cast.hanh.pk})
    assert seats(square.key) == {cast.lan.pk: "staff", cast.hanh.pk: "staff", cast.phuc.pk: "sender"}
    # Phúc's commune no longer has the school below it.
    OrgClosure.objects.filter(descendant=cast.school, ancestor=cast.dong_sen).delete()
    changed(orgs={cast.school.pk})
    assert cast.phuc.pk not in seats(square.key)


def test_pointers_stay_when_a_seat_changes_and_start_at_the_end_for_who_comes(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    for _number in range(3):
        actions.post_message(cast.lan, room.pk, body="Chào", client_message_id=uuid.uuid4())
    actions.mark_read(cast.minh, room.pk, read_seq=2)
    Enrolment.objects.filter(person=cast.minh).update(role="proctor")
    GuardianLink.objects.create(
        source=cast.source, guardian=cast.van, student=cast.an, state="active", said_by_student=True
    )
    Role.objects.filter(person=cast.van).update(org=cast.school)
    changed(people={cast.minh.pk, cast.van.pk})
    pointers = dict(room.members.values_list("person", "read_seq"))
    assert (pointers[cast.minh.pk], pointers[cast.van.pk], pointers[cast.dung.pk]) == (2, 3, 0)


def test_the_daily_call_tells_the_sockets_of_those_concerned(cast: Cast, told: Any) -> None:
    Enrolment.objects.filter(person=cast.minh).update(ends_on=today())
    assert [(frame["type"], frame["people"]) for frame in told(revise_for_today)] == [("hub.access", [cast.minh.pk])]
    assert told(revise_for_today) == []
