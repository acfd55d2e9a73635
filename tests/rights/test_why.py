"""Why somebody may see a room: the causes agree with the seats, for everybody, in every room, whatever is denied."""

from typing import Any

import pytest
from django.db.models import Q

from realtime.errors import NotFound
from registry.changes import AccessChange
from registry.models import Enrolment, GuardianLink, Role, Source
from registry.signals import access_changed
from rooms import actions, policy
from rooms.kinds import kind_named
from rooms.models import Member, Room
from rooms.why import why
from tests.cast import Cast
from tests.rights.conftest import Deny
from tests.rooms.conftest import class_room, guardians_room
from tests.rooms.test_threads import become_guardian, start


def populate(cast: Cast) -> None:
    """A thread of each sort, an opened square, a teacher who is a guardian, an observer."""
    start(cast.hoa, cast.an, cast.hoa, cast.lan)
    start(cast.dung, cast.binh, cast.dung, None)
    actions.open_room(cast.hoa, Room.objects.get(key=f"community:{cast.school.pk}").pk)
    become_guardian(cast, cast.minh, cast.binh)
    become_guardian(cast, cast.thu, cast.binh)
    Enrolment.objects.create(
        source=cast.source, sourced_id="look", school_class=cast.class_6b, school=cast.school, person=cast.minh,
        role="proctor",
    )  # fmt: skip
    access_changed.send(sender=Source, change=AccessChange(people={cast.minh.pk}))


# One of each sort: families, teachers, the office, those above, the outsider.
WHO = ("lan", "minh", "an", "binh", "hoa", "thu", "hanh", "quang")


def agree(cast: Cast) -> int:
    """Ask about these in a room of every kind; how many seats there are."""
    seats = 0
    near = Room.objects.filter(Q(school_class=cast.class_7a) | Q(org=cast.school, school_class=None))
    for room in near.select_related("org", "school_class", "student"):
        for name in WHO:
            person = cast.people()[name]
            found = why(person, room)
            try:
                seat = policy.find(person, room.pk).member.seat
            except NotFound:
                seat = None
            assert found.seat == seat
            assert bool(found.causes) is (seat is not None), f"{name} in {room.key}: {found}"
            if seat is not None:
                seats += 1
                grants = list(kind_named(room.kind).grants)
                assert min((cause.seat for cause in found.causes), key=grants.index) == seat
                assert all(cause.facts["id"] for cause in found.causes)
    return seats


def test_a_seat_has_a_cause_and_no_seat_has_none(cast: Cast) -> None:
    populate(cast)
    assert agree(cast) > 15


@pytest.mark.parametrize("who", ["guardian", "teacher", "everywhere", "pupil", "head"])
def test_they_agree_whatever_is_denied(cast: Cast, deny: Deny, who: str) -> None:
    populate(cast)
    match who:
        case "guardian":
            deny(cast.hoa, student=cast.an)
        case "teacher":
            deny(cast.lan, org=cast.school)
        case "everywhere":
            deny(cast.minh)
        case "pupil":
            deny(cast.binh, org=cast.school, by=cast.phuc)
        case "head":
            deny(cast.hanh, org=cast.dong_sen, by=cast.son)
    assert agree(cast) > 5


def test_they_agree_when_roles_and_links_end(cast: Cast) -> None:
    populate(cast)
    Role.objects.filter(person=cast.an).update(status="tobedeleted")
    GuardianLink.objects.filter(guardian=cast.dung).update(state="unverified")
    Enrolment.objects.filter(person=cast.lan).update(status="tobedeleted")
    access_changed.send(
        sender=Source, change=AccessChange(people={cast.an.pk, cast.dung.pk, cast.lan.pk, cast.binh.pk})
    )
    assert agree(cast) > 5


def test_a_guardians_seat_names_the_child_and_who_says_the_link(cast: Cast) -> None:
    link = GuardianLink.objects.get(guardian=cast.hoa, student=cast.an)
    enrolment = Enrolment.objects.get(person=cast.an)
    [cause] = why(cast.hoa, guardians_room(cast.class_7a)).causes
    assert (cause.seat, cause.kind) == ("guardian", "guardian_link")
    assert cause.facts == {
        "id": link.pk, "student": cast.an.pk, "relation": "mother", "said_by_student": True, "said_by_guardian": False,
        "since": None, "until": None, "enrolment": enrolment.pk,
    }  # fmt: skip


def test_each_of_several_causes_is_told_and_the_last_keeps_the_seat(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    become_guardian(cast, cast.hoa, cast.binh)
    assert {cause.facts["student"] for cause in why(cast.hoa, room).causes} == {cast.an.pk, cast.binh.pk}
    GuardianLink.objects.filter(guardian=cast.hoa, student=cast.an).update(state="blocked")
    access_changed.send(sender=Source, change=AccessChange(people={cast.hoa.pk, cast.an.pk}))
    found = why(cast.hoa, room)
    assert ([cause.facts["student"] for cause in found.causes], found.seat) == ([cast.binh.pk], "guardian")
    GuardianLink.objects.filter(guardian=cast.hoa, student=cast.binh).update(state="blocked")
    access_changed.send(sender=Source, change=AccessChange(people={cast.hoa.pk, cast.binh.pk}))
    found = why(cast.hoa, room)
    assert (found.causes, found.seat) == ([], None)


def test_a_deny_that_takes_one_cause_is_told_beside_the_other(cast: Cast, deny: Deny) -> None:
    room = guardians_room(cast.class_7a)
    become_guardian(cast, cast.hoa, cast.binh)
    made = deny(cast.hoa, student=cast.an)
    found = why(cast.hoa, room)
    assert (found.seat, [cause.facts["student"] for cause in found.causes]) == ("guardian", [cast.binh.pk])
    assert found.denies == [made]
    # It has nothing to do with another class's room.
    assert why(cast.hoa, class_room(cast.class_6b)).denies == []


def test_a_thread_names_the_link_and_the_lessons_on_either_side(cast: Cast) -> None:
    room = start(cast.hoa, cast.an, cast.hoa, cast.lan)
    [guardian] = why(cast.hoa, room).causes
    assert (guardian.kind, guardian.facts["student"]) == ("guardian_link", cast.an.pk)
    [teacher] = why(cast.lan, room).causes
    assert (teacher.kind, teacher.facts["school_class"]) == ("enrolment", cast.class_7a.pk)
    office = start(cast.dung, cast.binh, cast.dung, None)
    [clerk] = why(cast.thu, office).causes
    assert (clerk.seat, clerk.kind, clerk.facts["role"]) == ("office", "role", "siteAdministrator")


def test_a_square_names_the_role_also_before_it_was_opened(cast: Cast) -> None:
    square = Room.objects.get(key=f"community:{cast.so.pk}")
    assert not Member.objects.filter(room=square).exists()
    [cause] = why(cast.hoa, square).causes
    assert (cause.seat, cause.facts["role"], cause.facts["org"]) == ("guardian", "guardian", cast.school.pk)


def test_heads_ask_and_everybody_else_finds_nothing(cast: Cast, browser: Any, deny: Deny) -> None:
    room = guardians_room(cast.class_7a)
    made = deny(cast.dung, student=cast.binh)
    path = f"rights/why?person={cast.dung.pk}&room={room.pk}"
    for asker in (cast.hanh, cast.thu, cast.phuc, cast.son):
        told = browser(asker).get(path)
        assert (told["seat"], told["can"], told["causes"]) == (None, [], [])
        assert [one["id"] for one in told["denies"]] == [made.pk]
    told = browser(cast.hanh).get(f"rights/why?person={cast.hoa.pk}&room={room.pk}")
    assert (told["seat"], told["can"]) == ("guardian", ["read", "post"])
    assert told["causes"][0]["facts"]["student"] == cast.an.pk
    for stranger in (cast.quang, cast.lan, cast.hoa, cast.dung, cast.tu):
        assert browser(stranger).ask("get", path).status_code == 404
    assert browser(cast.hanh).ask("get", f"rights/why?person={cast.hoa.pk}&room=987654").status_code == 404
    assert browser(cast.hanh).ask("get", f"rights/why?person=987654&room={room.pk}").status_code == 404
    assert browser(cast.hanh).ask("get", "rights/why").status_code == 400


def test_nobody_learns_so_of_a_deny_about_themselves(cast: Cast, browser: Any, deny: Deny) -> None:
    Role.objects.create(
        source=cast.source, sourced_id="also", person=cast.hanh, org=cast.dong_sen, role="principal", is_primary=False
    )
    deny(cast.hanh, org=cast.school, by=cast.son)
    room = class_room(cast.class_7a)
    assert why(cast.hanh, room).denies
    assert browser(cast.hanh).get(f"rights/why?person={cast.hanh.pk}&room={room.pk}")["denies"] == []


def test_asking_costs_a_fixed_number_of_queries(cast: Cast, browser: Any, django_assert_max_num_queries: Any) -> None:
    room, hanh = guardians_room(cast.class_7a), browser(cast.hanh)
    # With the names for a sentence, and the line in the audit trail that somebody asked.
    with django_assert_max_num_queries(26):
        hanh.get(f"rights/why?person={cast.hoa.pk}&room={room.pk}")
