"""What stands in the way of mistakes that no request can make: the last branches of the files that decide about rights."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from broadcasts import policy as sending
from broadcasts.audiences import audience_named
from broadcasts.errors import NotYourUrgency
from broadcasts.models import Urgency
from registry import overrides
from registry.changes import AccessChange
from registry.models import Account, Enrolment, Org, OrgParent, SchoolClass
from registry.override_policy import NotYours, may_end
from registry.selectors import heirs_of, today
from rooms import policy, roster, seating, standing, wanted
from rooms.concerned import Concern
from rooms.kinds import Right, kind_named
from rooms.kinds.base import RoomKind
from rooms.kinds.school_class import ClassRoom
from rooms.models import Member, Room
from rooms.why import why
from tests.cast import Cast
from tests.rights.conftest import Deny
from tests.rooms.conftest import class_room
from tests.rooms.test_threads import become_guardian, start

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 2)


def test_no_two_kinds_of_room_have_one_name() -> None:
    with pytest.raises(ValueError, match="two kinds are called class"):
        type("Another", (ClassRoom,), {"slug": "class"})
    with pytest.raises(ValueError, match="depends on who else does"):
        type("Another", (ClassRoom,), {"slug": "another", "seats_stand_apart": True})
    # One that only shares what others have in common is no kind itself.
    assert "slug" not in vars(type("Shared", (RoomKind,), {}))


def test_a_seat_that_nobody_could_have_is_a_bug(cast: Cast) -> None:
    with pytest.raises(AssertionError, match="nobody could ever have the seat teacher"):
        seating._sql("teacher", Member.objects.none())
    with pytest.raises(AssertionError, match="cannot be told apart"):
        seating._named("SELECT '%s' WHERE 1 = %s", (1,), [])


def test_no_rooms_are_no_statements(cast: Cast) -> None:
    assert list(seating.statements(kind_named("class"), frozenset(), DAY)) == []
    assert list(seating.statements(kind_named("staff"), frozenset({1}), DAY, people=frozenset())) == []
    assert wanted._within(Concern()) == (" AND (1 = 0)", [])
    assert not roster.revise_rooms([])
    assert not roster.revise_for(AccessChange())


def test_a_deny_of_whose_maker_nothing_is_left_is_ended_by_who_might_make_it(cast: Cast, deny: Deny) -> None:
    override = deny(cast.hoa, student=cast.an)
    override.made_by = None
    assert may_end(cast.hanh, override)
    assert not may_end(cast.quang, override)


def test_who_has_no_person_in_the_registry_denies_nobody(cast: Cast, deny: Deny) -> None:
    nobody = Account.objects.create_user("nobody")
    with pytest.raises(NotYours):
        overrides.deny(cast.hoa, by=nobody, student=cast.an, reason="Vì", until=today() + dt.timedelta(days=1))
    override = deny(cast.hoa, student=cast.an)
    for reason in ("", "  "):
        with pytest.raises(ValueError, match="needs a reason"):
            overrides.end(override, by=cast.account(cast.hanh), reason=reason)
        with pytest.raises(ValueError, match="needs a reason"):
            overrides.deny(cast.hoa, by=cast.account(cast.hanh), student=cast.an, reason=reason, until=today())


def test_a_teacher_sends_nothing_urgent_and_the_org_above_each_is_known(cast: Cast) -> None:
    audience = audience_named("class", cast.class_7a.pk)
    assert audience is not None
    assert sending.require(cast.lan, audience, urgency=Urgency.ORDINARY).issuer == cast.school
    with pytest.raises(NotYourUrgency):
        sending.require(cast.lan, audience, urgency=Urgency.FLASH)
    assert sending.parents_of([cast.school.pk, cast.so.pk]) == {cast.school.pk: cast.dong_sen.pk}


def test_grown_ups_answer_in_a_community_room_that_was_opened(cast: Cast) -> None:
    room = Room.objects.get(kind="community", org=cast.school)
    assert not policy.can(cast.hoa, Right.POST, room.pk)
    Room.objects.filter(pk=room.pk).update(is_talk_open=True)
    assert policy.can(cast.hoa, Right.POST, room.pk)
    assert policy.can(cast.lan, Right.POST, room.pk)
    assert not policy.can(cast.an, Right.POST, room.pk)
    assert not policy.can(cast.quang, Right.READ, room.pk)


def test_a_conversation_stands_on_the_lessons_of_its_own_child(cast: Cast) -> None:
    """Its teacher teaches another class, too: of that the conversation says nothing."""
    Enrolment.objects.create(
        source=cast.source, sourced_id="lan-6b", person=cast.lan, school_class=cast.class_6b, school=cast.school,
        role="teacher",
    )  # fmt: skip
    of_an = start(cast.hoa, cast.an, cast.hoa, cast.lan)
    found = kind_named("thread").causes_in([of_an, start(cast.hoa, cast.chi, cast.hoa, cast.lan)], cast.lan.pk, today())
    assert [cause.facts["school_class"] for cause in found[of_an.pk]] == [cast.class_7a.pk]


def test_who_keeps_an_archive_keeps_it_by_the_role_that_speaks_for_its_heir(cast: Cast) -> None:
    room = Room.objects.get(kind="staff", org=cast.dong_sen)
    day = today()
    Org.objects.filter(pk=cast.dong_sen.pk).update(valid_to=day)
    OrgParent.objects.filter(org=cast.dong_sen).update(valid_to=day)
    roster.revise_all()
    room.refresh_from_db()
    assert heirs_of(cast.dong_sen.pk) == {cast.so.pk}
    told = why(cast.son, room)
    assert (told.seat, told.rights) == ("keeper", Right.READ)
    assert {cause.facts["org"] for cause in told.causes} == {cast.so.pk}
    assert why(cast.phuc, room).causes == []
    assert not policy.can(cast.phuc, Right.READ, room.pk)


def test_two_orgs_above_each_other_have_no_heir(cast: Cast) -> None:
    """A circle in the past of ended orgs ends the search, and nobody inherits."""
    Org.objects.filter(pk__in=[cast.dong_sen.pk, cast.school.pk]).update(valid_to=today())
    OrgParent.objects.filter(org=cast.dong_sen).update(parent=cast.school)
    assert heirs_of(cast.dong_sen.pk) == set()


def test_a_class_that_goes_to_another_school_takes_its_rooms_along(cast: Cast) -> None:
    SchoolClass.objects.filter(pk=cast.class_7a.pk).update(school=cast.other_school)
    assert class_room(cast.class_7a).pk in standing.match_rooms(today())
    assert class_room(cast.class_7a).org_id == cast.other_school.pk
    assert standing.match_rooms(today()) == set()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="an engine that plans by figures")
def test_figures_are_looked_at_where_everything_is_derived_anew(cast: Cast, django_assert_max_num_queries: Any) -> None:
    become_guardian(cast, cast.lan, cast.binh)
    with django_assert_max_num_queries(80) as found:
        roster.revise_all()
    assert any(query["sql"].startswith("ANALYZE registry_role") for query in found.captured_queries)
