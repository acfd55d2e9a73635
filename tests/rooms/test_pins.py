"""What stands above a room: few, by those who lead it, and until a date."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from realtime.errors import NotFound
from registry.models import AuditLine, SchoolClass
from rooms import actions, pins
from rooms.errors import AlreadyRemoved, MayNotModerate, TimeNotPossible, TooManyPins
from rooms.models import Pin, Room
from tests.cast import Cast
from tests.rooms.conftest import guardians_room, say, square
from tests.rooms.test_threads import start


def test_a_teacher_pins_for_a_week_and_everybody_sees_it(cast: Cast, browser: Any, told: Any) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.hoa, room, "Số điện thoại y tế: 1900")
    (frame,) = told(lambda: browser(cast.lan).put(f"rooms/{room.pk}/messages/1/pin"))
    assert (frame["type"], frame["seq"], frame["rev"]) == ("room.pinned", 1, 2)
    (pin,) = frame["pins"]
    assert (pin["seq"], pin["author"]["name"], pin["excerpt"]) == (1, "Phạm Thị Hoa", "Số điện thoại y tế: 1900")
    assert pin["by"] == {"id": cast.lan.pk, "name": "Nguyễn Thị Lan", "address": "Cô"}
    week = dt.datetime.fromisoformat(pin["until"]) - timezone.now()
    assert dt.timedelta(days=6, hours=23) < week <= dt.timedelta(days=7)
    for person in (cast.hoa, cast.dung, cast.lan):
        assert browser(person).get(f"rooms/{room.pk}")["pins"] == [pin]
    assert next(row for row in browser(cast.dung).get("rooms")["rooms"] if row["id"] == room.pk)["pins"] == [pin]
    assert "pins" not in browser(cast.hoa).get(f"rooms/{guardians_room(cast.class_6b).pk}")
    assert AuditLine.objects.get().act == "message.pinned"


def test_a_client_that_was_away_hears_of_pins(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.lan, room, "Họp lúc 7 giờ")

    def sync(rev: int) -> Any:
        known = browser(cast.dung).get("rooms")["epoch"]
        return browser(cast.dung).post("sync", epoch=known, rooms={str(room.pk): rev}).json()["rooms"][str(room.pk)]

    pins.pin(cast.lan, room.pk, 1)
    behind = sync(1)
    assert ([pin["seq"] for pin in behind["pins"]], behind["head"]) == ([1], 2)
    pins.unpin(cast.lan, room.pk, 1)
    assert "pins" not in sync(2)
    assert sync(2)["head"] == 3


def test_only_those_who_lead_and_in_a_thread_both_sides(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.lan, room)
    for person, error in ((cast.hoa, MayNotModerate), (cast.quang, NotFound), (cast.mai, NotFound)):
        with pytest.raises(error):
            pins.pin(person, room.pk, 1)
        with pytest.raises(error):
            pins.unpin(person, room.pk, 1)
    start(cast.hoa, cast.an, cast.hoa, cast.lan)
    thread = Room.objects.get(kind="thread")
    assert [pin["seq"] for pin in pins.pin(cast.hoa, thread.pk, 1)] == [1]
    assert pins.unpin(cast.lan, thread.pk, 1) == []
    with pytest.raises(NotFound):
        pins.pin(cast.dung, thread.pk, 1)
    assert not Pin.objects.exists()


def test_three_at_most_and_ended_ones_do_not_count(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    for _ in range(5):
        say(cast.lan, room)
    for seq in (1, 2, 3):
        pins.pin(cast.lan, room.pk, seq)
    with pytest.raises(TooManyPins):
        pins.pin(cast.lan, room.pk, 4)
    later = timezone.now() + dt.timedelta(days=30)
    assert [pin["seq"] for pin in pins.pin(cast.minh, room.pk, 1, until=later)] == [3, 2, 1]
    Pin.objects.filter(message__seq=2).update(until=timezone.now() - dt.timedelta(seconds=1))
    assert [pin["seq"] for pin in browser(cast.hoa).get(f"rooms/{room.pk}")["pins"]] == [3, 1]
    assert [pin["seq"] for pin in pins.pin(cast.lan, room.pk, 5)] == [5, 3, 1]
    assert Pin.objects.count() == 3


def test_the_end_lies_ahead_and_within_the_year(cast: Cast) -> None:
    room, now = guardians_room(cast.class_7a), timezone.now()
    say(cast.lan, room)
    year = dt.timedelta(days=365)
    for until in (now - dt.timedelta(minutes=1), now + 2 * year, dt.datetime.max.replace(tzinfo=dt.UTC)):
        with pytest.raises(TimeNotPossible):
            pins.pin(cast.lan, room.pk, 1, until=until)
    SchoolClass.objects.filter(pk=cast.class_7a.pk).update(ends_on=(now + dt.timedelta(days=3)).date())
    with pytest.raises(TimeNotPossible):
        pins.pin(cast.lan, room.pk, 1, until=now + dt.timedelta(days=30))
    (pin,) = pins.pin(cast.lan, room.pk, 1)
    assert dt.datetime.fromisoformat(pin["until"]) < now + dt.timedelta(days=3)


def test_a_pin_follows_its_message(cast: Cast, browser: Any, told: Any) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.lan, room, "Họp lúc 7 giờ")
    pins.pin(cast.lan, room.pk, 1)
    frames = told(lambda: actions.edit_message(cast.lan, room.pk, 1, body="Họp lúc 8 giờ"))
    assert [(frame["type"], frame["rev"]) for frame in frames] == [("message.edited", 3), ("room.pinned", 4)]
    assert frames[1]["pins"][0]["excerpt"] == "Họp lúc 8 giờ"
    frames = told(lambda: actions.remove_message(cast.lan, room.pk, 1))
    assert [(frame["type"], frame["rev"]) for frame in frames] == [("room.pinned", 5), ("message.removed", 6)]
    assert frames[0]["pins"] == []
    assert "pins" not in browser(cast.hoa).get(f"rooms/{room.pk}")
    with pytest.raises(AlreadyRemoved):
        pins.pin(cast.lan, room.pk, 1)
    assert pins.unpin(cast.lan, room.pk, 1) == []
    room.refresh_from_db()
    assert room.head == 6


def test_bad_input_is_refused(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.lan, room)
    lan = browser(cast.lan)
    for until in ("mai", "2026-13-45", 5, "a" * 10_000, {}):
        assert lan.put(f"rooms/{room.pk}/messages/1/pin", until=until).status_code == 400
    assert lan.put(f"rooms/{room.pk}/messages/1/pin", forever=True).status_code == 400
    assert lan.put(f"rooms/{room.pk}/messages/9/pin").status_code == 404
    assert lan.refused(lan.put(f"rooms/{room.pk}/messages/1/pin", until="2020-01-01T00:00:00Z")) == (
        400,
        "time_not_possible",
    )


def test_in_a_community_room_its_senders_pin(cast: Cast) -> None:
    room = square(cast.school)
    actions.open_room(cast.hanh, room.pk)
    say(cast.hanh, room, "Lịch nghỉ Tết")
    assert [pin["seq"] for pin in pins.pin(cast.son, room.pk, 1)] == [1]
    with pytest.raises(MayNotModerate):
        pins.unpin(cast.lan, room.pk, 1)
