"""Which rooms somebody sees and why: the same causes as for each room alone, and what only a deny keeps them from."""

from typing import Any

import pytest

from registry.models import LocalOverride, Person, Role
from rooms import actions
from rooms.listing import rooms_for
from rooms.models import Member, Room
from rooms.seats_explained import explain_all
from rooms.why import why
from tests.cast import Cast
from tests.invariants.test_query_counts import cost
from tests.rights.conftest import Deny
from tests.rights.test_why import populate
from tests.rooms.conftest import guardians_room
from tests.rooms.test_threads import become_guardian, start


def test_every_room_and_every_cause_is_the_same_as_asked_one_by_one(cast: Cast) -> None:
    populate(cast)
    for person in cast.people().values():
        found = {each.room.pk: each for each in explain_all(person)}
        assert set(found) == {room["id"] for room in rooms_for(person)}, person.name
        for each in found.values():
            one = why(person, each.room)
            assert (each.seat, each.rights) == (one.seat, one.rights), (person.name, each.room.key)
            assert sorted(map(str, each.causes)) == sorted(map(str, one.causes)), (person.name, each.room.key)
            assert each.denies == one.denies == []


@pytest.mark.parametrize("how", ["child", "school", "everywhere", "twin"])
def test_rooms_that_only_a_deny_takes_are_told_with_what_would_give_them(cast: Cast, deny: Deny, how: str) -> None:
    populate(cast)
    who = cast.minh if how in {"school", "everywhere"} else cast.hoa
    before = {each.room.pk: each for each in explain_all(who)}
    if how == "twin":
        from registry.models import PersonLink

        PersonLink.objects.create(one=cast.hoa, other=cast.dung, how="identifier")
        made = deny(cast.dung, student=cast.an)
    elif how == "child":
        made = deny(cast.hoa, student=cast.an)
    else:
        made = deny(who, org=cast.school if how == "school" else None)
    after = {each.room.pk: each for each in explain_all(who)}
    assert set(after) == set(before)
    lost = {pk for pk, each in after.items() if each.seat is None}
    assert lost, how
    assert lost == set(before) - {room["id"] for room in rooms_for(who)}
    for pk in lost:
        assert after[pk].denies == [made]
        assert sorted(map(str, after[pk].causes)) == sorted(map(str, before[pk].causes))
    # Looking tried something out; nothing of it stays.
    assert LocalOverride.objects.get(pk=made.pk).ended_at is None
    assert not Member.objects.filter(room__in=lost, person=who).exists()


def test_a_deny_beside_another_cause_is_told_where_the_seat_stays(cast: Cast, deny: Deny) -> None:
    become_guardian(cast, cast.hoa, cast.binh)
    made = deny(cast.hoa, student=cast.an)
    [room] = [each for each in explain_all(cast.hoa) if each.room == guardians_room(cast.class_7a)]
    assert (room.seat, room.denies) == ("guardian", [made])
    assert [cause.facts["student"] for cause in room.causes] == [cast.binh.pk]


def test_the_office_is_told_names_for_its_sentences(cast: Cast, browser: Any) -> None:
    told = browser(cast.thu).get(f"people/{cast.lan.pk}/rooms")
    [room] = [room for room in told["rooms"] if room["kind"] == "guardians"]
    assert (room["seat"], room["can"]) == ("teacher", ["read", "post", "moderate"])
    [cause] = room["causes"]
    assert (cause["kind"], cause["facts"]["role"], cause["facts"]["is_primary"]) == ("enrolment", "teacher", True)
    assert (cause["school_class"]["title"], cause["since"], cause["org"]["id"]) == ("7A", "2020-01-01", cast.school.pk)
    told = browser(cast.thu).get(f"people/{cast.hoa.pk}/rooms")
    [cause] = next(room for room in told["rooms"] if room["school_class"] == {"id": cast.class_7a.pk, "title": "7A"})[
        "causes"
    ]
    assert (cause["student"]["name"], cause["school_class"]["title"]) == (cast.an.name, "7A")


def test_a_thread_is_told_by_who_talks_about_whom_and_not_by_what(cast: Cast, browser: Any) -> None:
    start(cast.hoa, cast.an, cast.hoa, cast.lan)
    answer = browser(cast.hanh).ask("get", f"people/{cast.hoa.pk}/rooms")
    [thread] = [room for room in answer.json()["rooms"] if room["kind"] == "thread"]
    assert [thread[side]["id"] for side in ("student", "guardian", "teacher")] == [cast.an.pk, cast.hoa.pk, cast.lan.pk]
    assert not {"last", "head", "last_seq", "unread"} & set(thread)


def test_rooms_of_other_orgs_are_not_told(cast: Cast, browser: Any) -> None:
    Role.objects.create(
        source=cast.source,
        sourced_id="there",
        person=cast.hoa,
        org=cast.other_school,
        role="guardian",
        is_primary=False,
    )
    become_guardian(cast, cast.hoa, cast.khanh)
    told = browser(cast.thu).ask("get", f"people/{cast.hoa.pk}/rooms").content.decode()
    assert cast.other_school.name not in told
    assert "7C" not in told
    # The community rooms above the school are the commune's and the Sở's to answer for.
    assert {room["org"]["id"] for room in browser(cast.thu).get(f"people/{cast.hoa.pk}/rooms")["rooms"]} == {
        cast.school.pk
    }
    orgs = {room["org"]["id"] for room in browser(cast.son).get(f"people/{cast.hoa.pk}/rooms")["rooms"]}
    assert {cast.school.pk, cast.other_school.pk, cast.so.pk} <= orgs


def test_a_deny_that_the_asker_may_not_see_is_not_told(cast: Cast, browser: Any, deny: Deny) -> None:
    """Thu is Bình's mother as well: what is decided about him she learns from nobody, and least of all from her office."""
    become_guardian(cast, cast.thu, cast.binh)
    made = deny(cast.dung, student=cast.binh, by=cast.phuc)
    told = browser(cast.thu).get(f"people/{cast.dung.pk}/rooms")
    assert told["denies"] == []
    assert all(room["denies"] == [] for room in told["rooms"])
    told = browser(cast.hanh).get(f"people/{cast.dung.pk}/rooms")
    assert [one["id"] for one in told["denies"]] == [made.pk]


def test_a_teacher_of_many_threads_costs_the_same_queries(cast: Cast, browser: Any, deny: Deny) -> None:
    hanh = browser(cast.hanh)
    start(cast.hoa, cast.an, cast.hoa, cast.lan)
    few = cost(lambda: hanh.get(f"people/{cast.lan.pk}/rooms"))
    start(cast.dung, cast.binh, cast.dung, cast.lan)
    assert len(hanh.get(f"people/{cast.lan.pk}/rooms")["rooms"]) > 4
    assert cost(lambda: hanh.get(f"people/{cast.lan.pk}/rooms")) == few
    deny(cast.lan, org=cast.school)
    denied = cost(lambda: hanh.get(f"people/{cast.lan.pk}/rooms"))
    become_guardian(cast, cast.hoa, cast.binh)
    actions_before = Room.objects.count()
    assert cost(lambda: hanh.get(f"people/{cast.lan.pk}/rooms")) == denied
    assert Room.objects.count() == actions_before


def test_an_opened_square_is_told_once(cast: Cast, browser: Any) -> None:
    square = Room.objects.get(key=f"community:{cast.school.pk}")
    actions.open_room(cast.hoa, square.pk)
    told = browser(cast.thu).get(f"people/{cast.hoa.pk}/rooms")
    assert [room["id"] for room in told["rooms"]].count(square.pk) == 1


def test_it_is_about_somebody_who_is_there(cast: Cast, browser: Any, head_elsewhere: Person) -> None:
    assert browser(cast.van).ask("get", f"people/{cast.van.pk}/rooms").status_code == 404
    assert browser(head_elsewhere).get(f"people/{cast.van.pk}/rooms")["rooms"]
