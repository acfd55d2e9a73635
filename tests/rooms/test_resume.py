"""Catching up after a gap, over REST and socket alike."""

from typing import Any

from realtime import epoch
from rooms import actions, catching_up
from rooms.commands import Resume, resume
from rooms.models import Room
from tests.cast import Cast
from tests.rooms.conftest import guardians_room, say


def sync(browser: Any, revs: dict[int, int], known_epoch: str | None = None) -> Any:
    answer = browser.post("sync", epoch=known_epoch or epoch(), rooms={str(pk): rev for pk, rev in revs.items()})
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_each_changed_message_comes_once_in_its_latest_state(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    for number in range(4):
        say(cast.lan, room, f"Tin {number}")
    actions.edit_message(cast.lan, room.pk, 1, body="Sửa một")
    actions.edit_message(cast.lan, room.pk, 1, body="Sửa hai")
    actions.remove_message(cast.lan, room.pk, 3)
    found = sync(browser(cast.hoa), {room.pk: 2})["rooms"][str(room.pk)]
    assert [(m["seq"], m["rev"], m["body"]) for m in found["messages"]] == [
        (4, 4, "Tin 3"),
        (1, 6, "Sửa hai"),
        (3, 7, ""),
    ]
    assert (found["head"], found["last_seq"], found["start_again"]) == (7, 4, False)
    up_to_date = sync(browser(cast.hoa), {room.pk: 7})["rooms"][str(room.pk)]
    assert up_to_date == {"messages": [], "head": 7, "last_seq": 4, "start_again": False}


def test_socket_and_rest_give_the_same(cast: Cast, browser: Any) -> None:
    rooms = {guardians_room(c).pk: 0 for c in (cast.class_7a, cast.class_6b)}
    say(cast.lan, guardians_room(cast.class_7a))
    order = Resume(ref=1, epoch=epoch(), rooms={str(pk): rev for pk, rev in rooms.items()})
    assert resume(cast.hoa, order) == sync(browser(cast.hoa), rooms)


def test_what_one_may_not_see_is_gone(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.lan, room, "Chỉ cho lớp 7A")
    for person in (cast.quang, cast.van, cast.mai):
        answer = browser(person).post("sync", epoch=epoch(), rooms={str(room.pk): 0, "999999": 0})
        assert "Chỉ cho" not in answer.content.decode()
        assert (answer.json()["rooms"], answer.json()["gone"]) == ({}, [room.pk, 999999])
    Room.objects.filter(pk=room.pk).update(state="archived")
    assert sync(browser(cast.hoa), {room.pk: 0})["gone"] == [room.pk]


def test_another_life_of_the_database_starts_again(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.lan, room)
    assert sync(browser(cast.hoa), {room.pk: 0}, "another") == {
        "epoch": epoch(),
        "rooms": {},
        "gone": [],
        "start_again": True,
    }


def test_a_client_ahead_of_the_room_starts_again(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.lan, room)
    assert sync(browser(cast.hoa), {room.pk: 5})["rooms"][str(room.pk)]["start_again"] is True


def test_too_long_a_gap_starts_again_and_others_are_still_told(cast: Cast, browser: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(catching_up, "MOST_CHANGES", 3)
    far, near = guardians_room(cast.class_7a), guardians_room(cast.class_6b)
    for _number in range(4):
        say(cast.lan, far)
    say(cast.mai, near)
    found = sync(browser(cast.hoa), {far.pk: 0, near.pk: 0})["rooms"]
    assert (found[str(far.pk)]["start_again"], found[str(far.pk)]["messages"], found[str(far.pk)]["head"]) == (
        True,
        [],
        4,
    )
    assert (found[str(near.pk)]["start_again"], len(found[str(near.pk)]["messages"])) == (False, 1)


def test_an_answer_has_a_size(cast: Cast, browser: Any) -> None:
    rooms = [guardians_room(cast.class_7a), guardians_room(cast.class_6b)]
    for room, teacher in zip(rooms, (cast.lan, cast.mai), strict=True):
        for _number in range(40):
            say(teacher, room, "ệ" * 4000)
    found = sync(browser(cast.hoa), {room.pk: 0 for room in rooms})["rooms"]
    assert sorted(changes["start_again"] for changes in found.values()) == [False, True]


def test_odd_requests_are_refused(cast: Cast, browser: Any) -> None:
    hoa = browser(cast.hoa)
    for body in (
        {},
        {"epoch": "x"},
        {"epoch": "x", "rooms": [1]},
        {"epoch": "x", "rooms": {"a": 1}},
        {"epoch": "x", "rooms": {"1": -1}},
        {"epoch": "x", "rooms": {"-1": 1}},
        {"epoch": "x", "rooms": {"²": 1}},
        {"epoch": "x", "rooms": {"9" * 30: 1}},
        {"epoch": "x", "rooms": {str(number): 0 for number in range(1001)}},
        {"epoch": 1, "rooms": {}, "more": 1},
    ):
        answer = hoa.post("sync", **body)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_input"), body
