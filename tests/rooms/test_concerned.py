"""A change of some people concerns their seats; where a class or a unit changed itself, everybody's in its rooms."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.changes import AccessChange
from registry.models import GuardianLink, LocalOverride, Person, PersonLink, Role, SchoolClass, Source
from registry.selectors import today
from registry.signals import access_changed
from rooms import concerned
from rooms.concerned import concern_of
from rooms.models import Member
from tests.cast import Cast
from tests.rooms.conftest import class_room, guardians_room
from tests.rooms.test_roster import seats
from tests.rooms.test_threads import become_guardian

pytestmark = pytest.mark.django_db
TOMORROW = today() + dt.timedelta(days=1)


def changed(**ids: Any) -> list[str]:
    """Tell of a change; what was asked."""
    with CaptureQueriesContext(connection) as queries:
        access_changed.send(sender=Source, change=AccessChange(**ids))
    return [query["sql"] for query in queries]


def test_a_pupils_change_concerns_the_pupil_and_the_guardians_and_nobody_else_in_their_room(cast: Cast) -> None:
    concern = concern_of(AccessChange(people={cast.an.pk}))
    assert concern.people == {cast.an.pk, cast.hoa.pk}
    parts = {kind.slug: [(part.rooms, part.people) for part in parts] for kind, parts in concern.by_kind()}
    guardians, none = guardians_room(cast.class_7a).pk, frozenset[int]()
    # Hoa's other child is in 6B; her seat there is looked at, too.
    beside = {guardians, guardians_room(cast.class_6b).pk}
    assert parts["guardians"] == [(none, None), (beside, concern.people)]
    # Where one pupil leaves, another may be alone with the teacher.
    assert parts["class"][0] == ({class_room(cast.class_7a).pk}, None)
    assert parts["class"][1][0] == none
    assert beside <= concern.beside
    assert not concern.beside & concern.rooms


def test_where_the_class_itself_changed_everybody_in_its_rooms_is_concerned(cast: Cast) -> None:
    concern = concern_of(AccessChange(people={cast.an.pk}, classes={cast.class_7a.pk}))
    room = guardians_room(cast.class_7a).pk
    assert {kind.slug: parts[0].rooms for kind, parts in concern.by_kind()}["guardians"] == {room}
    assert room not in concern.beside
    SchoolClass.objects.filter(pk=cast.class_7a.pk).update(status="tobedeleted")
    changed(classes={cast.class_7a.pk})
    assert seats(guardians_room(cast.class_7a).key) == {}


def test_one_of_two_parents_goes_and_the_other_keeps_the_seat(cast: Cast) -> None:
    become_guardian(cast, cast.van, cast.an)
    key = guardians_room(cast.class_7a).key
    assert {cast.hoa.pk, cast.van.pk} <= set(seats(key))
    GuardianLink.objects.filter(guardian=cast.van).update(state="blocked")
    changed(people={cast.van.pk})
    assert cast.hoa.pk in seats(key)
    assert cast.van.pk not in seats(key)


@pytest.mark.parametrize("way", ["one", "other"])
def test_whoever_tells_of_one_record_of_a_human_tells_of_all(cast: Cast, way: str) -> None:
    """A deny on one record bars the other, which sits in the same rooms and in others."""
    twin = Person.objects.create(
        source=cast.source, sourced_id="hoa-again", given_name="Hoa", family_name="Trần", name="Trần Thị Hoa"
    )
    become_guardian(cast, twin, cast.khanh)
    Role.objects.filter(person=twin).update(org=cast.other_school)
    changed(people={twin.pk})
    key = guardians_room(cast.class_7c).key
    assert twin.pk in seats(key)
    PersonLink.objects.create(**{way: cast.hoa, "other" if way == "one" else "one": twin}, how="confirmed")
    LocalOverride.objects.create(person=cast.hoa, student=cast.khanh, reason="Quyết định số 12", until=TOMORROW)
    changed(people={cast.hoa.pk})
    assert twin.pk not in seats(key)


def test_kinds_without_a_room_concerned_are_not_asked(cast: Cast) -> None:
    asked = changed(people={cast.an.pk})
    seating = [sql for sql in asked if sql.startswith("INSERT INTO wanted_seat")]
    # Three seats each of the class, its guardians and the school's staff: no thread or community room has to do with An.
    assert len(seating) == 9


def test_too_many_people_to_be_named_are_looked_at_with_all_others(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concerned, "BATCH", 1)
    concern = concern_of(AccessChange(people={cast.an.pk, cast.binh.pk}))
    list(concern.by_kind())
    assert concern.beside == set()
    GuardianLink.objects.filter(guardian=cast.dung).update(state="blocked")
    changed(people={cast.dung.pk, cast.binh.pk})
    assert cast.dung.pk not in seats(guardians_room(cast.class_7a).key)
    assert Member.objects.filter(person=cast.hoa, room__kind="guardians").count() == 2
