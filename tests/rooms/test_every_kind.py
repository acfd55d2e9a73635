"""The contract of a room kind, over every kind there is."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from registry.selectors import today
from rooms.kinds import Per, Right, RoomKind, Scope, kind_named, kinds
from rooms.models import Member, Room
from tests.cast import Cast
from tests.rooms.test_threads import start

EVERY = pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.slug)


@pytest.fixture
def rooms(cast: Cast) -> dict[str, Room]:
    """A room of each kind, each with somebody in it."""
    from rooms import actions

    start(cast.hoa, cast.an, cast.hoa, cast.lan)
    actions.open_room(cast.hoa, Room.objects.get(key=f"community:{cast.school.pk}").pk)
    return {room.kind: room for room in Room.objects.filter(members__person__in=(cast.hoa, cast.hanh, cast.an))}


def test_these_kinds_are_shipped() -> None:
    assert [kind.slug for kind in kinds()] == ["class", "community", "guardians", "staff", "thread"]


@EVERY
def test_a_kind_says_what_it_is(kind: RoomKind) -> None:
    assert kind_named(kind.slug) is kind
    assert len(kind.slug) <= Room._meta.get_field("kind").max_length
    for language in ("vi", "en"):
        with translation.override(language):
            assert str(kind.label)
    with translation.override("vi"):
        vietnamese = str(kind.label)
    assert vietnamese != str(kind.label) or translation.get_language() == "vi"


@EVERY
def test_seats_fit_their_column_and_let_their_holder_read(kind: RoomKind) -> None:
    for seat, rights in kind.grants.items():
        assert len(seat) <= Member._meta.get_field("seat").max_length
        assert Right.READ in rights
    assert set(kind.sees_receipts) <= set(kind.grants)
    assert {*kind.accompanied, *kind.accompanied.values()} <= set(kind.grants)


@EVERY
def test_unknown_seats_and_archived_rooms_grant_nothing(kind: RoomKind) -> None:
    assert kind.rights("nobody", Room(kind=kind.slug, state="open", is_talk_open=True)) == Right.NONE
    for seat in kind.grants:
        assert kind.rights(seat, Room(kind=kind.slug, state="archived", is_talk_open=True)) == Right.NONE


@EVERY
def test_every_seat_it_gives_is_one_it_grants(kind: RoomKind, rooms: dict[str, Room], cast: Cast) -> None:
    given = list(kind.seats(Scope(kind.slug), today()))
    assert {seat for seat, _rows in given} == set(kind.grants)
    in_order = list(dict.fromkeys(seat for seat, _rows in given))
    assert in_order == [seat for seat in kind.grants if seat in in_order], "the strongest seat first"
    rows = {row for _seat, query in given for row in query}
    if kind.never_alone:
        # Khánh and Chi are alone with their teachers.
        rows -= {(room, person) for room, person in rows if person in {cast.khanh.pk, cast.chi.pk}}
    assert rows == set(Member.objects.filter(room__kind=kind.slug).values_list("room", "person"))
    # The outsider is in none of the small school's rooms.
    assert not Member.objects.filter(person=cast.quang, room=rooms[kind.slug]).exists()


@EVERY
def test_seats_cost_the_same_queries_for_one_room_and_for_all(kind: RoomKind, rooms: dict[str, Room]) -> None:
    def cost(some: Any) -> int:
        with CaptureQueriesContext(connection) as queries:
            for _seat, query in kind.seats(some, today()):
                list(query)
        return len(queries)

    assert cost(Scope(kind.slug)) == cost(Scope(kind.slug, frozenset({rooms[kind.slug].pk}))) <= 5


@EVERY
def test_titles_say_something_in_both_languages(kind: RoomKind, rooms: dict[str, Room]) -> None:
    titles = set()
    for language in ("vi", "en"):
        with translation.override(language):
            titles.add(kind.title(rooms[kind.slug]))
    assert len(titles) == 2


@EVERY
def test_rule_and_rows_agree(kind: RoomKind, cast: Cast) -> None:
    if not kind.is_by_rule:
        assert kind.seat_by_rule(cast.hoa.pk, today()) is None
        return
    for person in cast.people().values():
        for room in Room.objects.filter(kind=kind.slug).annotate(rule=kind.seat_by_rule(person.pk, today())):
            Member.objects.filter(room=room, person=person).delete()
            Member.objects.create(room=room, person=person, seat="")
            rows = [
                seat
                for seat, query in kind.seats(Scope(kind.slug, frozenset({room.pk})), today())
                if (room.pk, person.pk) in set(query)
            ]
            assert rows[:1] == ([room.rule] if room.rule else [])
            Member.objects.filter(room=room, person=person).delete()


def test_threads_alone_are_made_by_a_message() -> None:
    assert [kind.slug for kind in kinds() if kind.per is Per.MESSAGE] == ["thread"]
