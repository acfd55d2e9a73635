"""How far somebody got: forward only, and shown to those who may see it."""

from typing import Any

import pytest

from realtime.errors import NotFound
from rooms import actions
from rooms.models import Member, Room
from tests.cast import Cast
from tests.rooms.conftest import class_room, guardians_room, say
from tests.rooms.test_threads import start


def test_pointers_move_forward_only_and_never_beyond_the_end(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    for _number in range(3):
        say(cast.lan, room)
    hoa = browser(cast.hoa)

    def move(**pointers: int) -> Any:
        return hoa.post(f"rooms/{room.pk}/read", **pointers).json()

    assert move(have_seq=2) == {"have_seq": 2, "read_seq": 0, "unread": 3}
    assert move(read_seq=1) == {"have_seq": 2, "read_seq": 1, "unread": 2}
    assert move(read_seq=0, have_seq=1) == {"have_seq": 2, "read_seq": 1, "unread": 2}
    # Who has read it has it; nobody has read what is not there.
    assert move(read_seq=99) == {"have_seq": 3, "read_seq": 3, "unread": 0}
    assert move() == {"have_seq": 3, "read_seq": 3, "unread": 0}
    for odd in ({"read_seq": -1}, {"read_seq": "x"}, {"read_seq": None}, {"read": 1}):
        assert hoa.post(f"rooms/{room.pk}/read", **odd).json()["code"] == "bad_input"


def test_a_late_report_of_another_device_takes_nothing_back(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    for _number in range(3):
        say(cast.lan, room)
    stale = actions.open_room(cast.hoa, room.pk)
    actions.mark_read(cast.hoa, room.pk, read_seq=3)
    Member.objects.filter(pk=stale.member.pk).update(read_seq=3)
    actions.mark_read(cast.hoa, room.pk, read_seq=2)
    assert Member.objects.get(pk=stale.member.pk).read_seq == 3


def test_in_a_class_its_teachers_are_told_and_ones_own_devices(cast: Cast, told: Any) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.lan, room)
    frames = told(lambda: actions.mark_read(cast.hoa, room.pk, read_seq=1))
    assert {frame["topic"] for frame in frames} == {f"person.{p.pk}" for p in (cast.hoa, cast.lan, cast.minh)}
    assert {(f["type"], f["room"], f["person"], f["have_seq"], f["read_seq"]) for f in frames} == {
        ("receipt.moved", room.pk, cast.hoa.pk, 1, 1)
    }
    assert told(lambda: actions.mark_read(cast.hoa, room.pk, read_seq=1)) == []


def test_in_a_thread_both_sides_are_told(cast: Cast, told: Any) -> None:
    room = start(cast.hoa, cast.an, cast.hoa, cast.lan)
    frames = told(lambda: actions.mark_read(cast.lan, room.pk, read_seq=1))
    assert [frame["topic"] for frame in frames] == [f"room.{room.pk}"]


def test_nobody_sees_who_reads_in_staff_and_community_rooms(cast: Cast, told: Any) -> None:
    for key, writer, reader in (
        (f"staff:{cast.school.pk}", cast.hanh, cast.lan),
        (f"community:{cast.school.pk}", cast.hanh, cast.hoa),
    ):
        room = Room.objects.get(key=key)
        say(writer, room)
        frames = told(lambda room=room, reader=reader: actions.mark_read(reader, room.pk, read_seq=1))
        assert {f["topic"] for f in frames if f["type"] == "receipt.moved"} == {f"person.{reader.pk}"}


def test_strangers_move_nothing(cast: Cast) -> None:
    say(cast.lan, class_room(cast.class_7a))
    with pytest.raises(NotFound):
        actions.mark_read(cast.quang, class_room(cast.class_7a).pk, read_seq=1)
    assert not Member.objects.filter(read_seq__gt=0).exists()
