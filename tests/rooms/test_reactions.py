"""A heart instead of "Vâng ạ": one a person and message, counted, and silent."""

import uuid
from typing import Any

import pytest

from delivery.models import Dispatch
from realtime.errors import BadInput, NotFound
from registry.models import Person
from rooms import actions, reactions, selectors
from rooms.commands import React, react
from rooms.errors import AlreadyRemoved, MayNotPost
from rooms.models import Member, Reaction, Room
from tests.cast import Cast
from tests.rooms.conftest import class_room, guardians_room, say, square


def told_of(person: Person, room: Room, seq: int = 1) -> list[tuple[str, int, list[int]]]:
    """What this person reads of the reactions to a message."""
    for message in selectors.history(person, room.pk)["messages"]:
        if message["seq"] == seq:
            return [(one["kind"], one["count"], one["people"]) for one in message.get("reactions", [])]
    raise AssertionError("no such message")


def test_one_a_person_and_another_takes_its_place(cast: Cast, browser: Any, told: Any) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.lan, room, "Mai nghỉ học")
    path = f"rooms/{room.pk}/messages/1/reaction"
    (frame,) = told(lambda: browser(cast.hoa).put(path, kind="tim"))
    assert (frame["type"], frame["topic"], frame["rev"], frame["seq"]) == ("message.reacted", f"room.{room.pk}", 2, 1)
    assert (frame["person"], frame["kind"]) == (cast.hoa.pk, "tim")
    assert frame["reactions"] == [{"kind": "tim", "count": 1, "people": [cast.hoa.pk]}]
    assert told(lambda: browser(cast.hoa).put(path, kind="tim")) == []
    answer = browser(cast.dung).put(path, kind="tim").json()
    assert answer == {
        "room": room.pk,
        "seq": 1,
        "rev": 3,
        "reactions": [{"kind": "tim", "count": 2, "people": [cast.dung.pk, cast.hoa.pk]}],
        "mine": {"reaction": "tim", "vote": []},
    }
    browser(cast.hoa).put(path, kind="cam_on")
    assert told_of(cast.lan, room) == [("tim", 1, [cast.dung.pk]), ("cam_on", 1, [cast.hoa.pk])]
    gone = browser(cast.hoa).put(path, kind=None).json()
    assert (gone["mine"], told_of(cast.lan, room)) == (
        {"reaction": None, "vote": []},
        [("tim", 1, [cast.dung.pk])],
    )
    browser(cast.dung).put(path, kind=None)
    assert told_of(cast.lan, room) == []
    assert Reaction.objects.count() == 0


def test_nobody_is_disturbed(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.lan, room)
    actions.mark_read(cast.minh, room.pk, read_seq=1)
    before = Dispatch.objects.count()
    reactions.react(cast.hoa, room.pk, 1, kind="like")
    assert Dispatch.objects.count() == before
    row = browser(cast.minh).get(f"rooms/{room.pk}")
    assert (row["unread"], row["last_seq"], row["head"]) == (0, 1, 2)


def test_who_reads_may_react_where_writing_is_closed(cast: Cast) -> None:
    room = class_room(cast.class_7a)
    say(cast.lan, room, "Mai kiểm tra")
    with pytest.raises(MayNotPost):
        say(cast.an, room, "Vâng ạ")
    assert reactions.react(cast.an, room.pk, 1, kind="tim").message.reactions
    for person in (cast.quang, cast.hoa, cast.mai):
        with pytest.raises(NotFound):
            reactions.react(person, room.pk, 1, kind="tim")
    assert told_of(cast.lan, room) == [("tim", 1, [cast.an.pk])]


def test_nothing_is_added_to_an_archive_or_to_what_was_taken_back(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.lan, room)
    reactions.react(cast.hoa, room.pk, 1, kind="buon")
    actions.remove_message(cast.lan, room.pk, 1)
    assert Reaction.objects.count() == 0
    assert "reactions" not in selectors.history(cast.hoa, room.pk)["messages"][0]
    with pytest.raises(AlreadyRemoved):
        reactions.react(cast.hoa, room.pk, 1, kind="tim")
    say(cast.lan, room)
    Room.objects.filter(pk=room.pk).update(state="archived")
    with pytest.raises(NotFound):
        reactions.react(cast.hoa, room.pk, 2, kind="tim")


def test_a_closed_set(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.lan, room)
    for kind in ("", "TIM", "❤", "poop", "tim ", 5, ["tim"], "a" * 10_000):
        assert browser(cast.hoa).put(f"rooms/{room.pk}/messages/1/reaction", kind=kind).status_code == 400
    assert browser(cast.hoa).put(f"rooms/{room.pk}/messages/1/reaction").status_code == 400
    with pytest.raises(BadInput):
        react(cast.hoa, React(ref=1, room=room.pk, seq=1, kind="<b>"))
    for seq in (2, 2**62):
        assert browser(cast.hoa).put(f"rooms/{room.pk}/messages/{seq}/reaction", kind="tim").status_code == 404


def test_in_a_community_room_nobody_learns_who_looks_in(cast: Cast, told: Any) -> None:
    room = square(cast.school)
    actions.open_room(cast.hanh, room.pk)
    say(cast.hanh, room, "Trường nghỉ ngày mai")
    assert not Member.objects.filter(room=room, person=cast.hoa).exists()
    *_access, frame = told(lambda: reactions.react(cast.hoa, room.pk, 1, kind="cam_on"))
    assert (frame["type"], frame["person"]) == ("message.reacted", None)
    assert frame["reactions"] == [{"kind": "cam_on", "count": 1, "people": []}]
    assert told_of(cast.dung, room) == [("cam_on", 1, [])]
    # One's own is told to oneself.
    assert selectors.history(cast.hoa, room.pk)["mine"] == {"1": {"reaction": "cam_on", "vote": []}}
    assert "mine" not in selectors.history(cast.hanh, room.pk)


def test_ten_thousand_are_a_number_and_a_hundred_names(cast: Cast, django_assert_max_num_queries: Any) -> None:
    room = guardians_room(cast.class_7a)
    message = say(cast.lan, room).message
    people = Person.objects.bulk_create(
        Person(source=cast.source, sourced_id=f"many-{n}", given_name=f"N{n}", family_name="X", name=f"X N{n}")
        for n in range(10_000)
    )
    Reaction.objects.bulk_create(Reaction(message=message, person=person, kind="tim") for person in people)
    with django_assert_max_num_queries(13):
        act = reactions.react(cast.hoa, room.pk, 1, kind="tim")
    (told,) = act.message.reactions
    assert (told["count"], len(told["people"]), told["people"][0]) == (10_001, 100, cast.hoa.pk)


def test_the_socket_and_rest_say_the_same(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.lan, room)
    over_socket = react(cast.hoa, React(ref=1, room=room.pk, seq=1, kind="vui"))
    assert over_socket == browser(cast.hoa).put(f"rooms/{room.pk}/messages/1/reaction", kind="vui").json()
    answer = browser(cast.hoa).post("sync", epoch=browser(cast.hoa).get("rooms")["epoch"], rooms={str(room.pk): 0})
    changes = answer.json()["rooms"][str(room.pk)]
    assert changes["mine"] == {"1": {"reaction": "vui", "vote": []}}
    assert changes["messages"][0]["reactions"] == over_socket["reactions"]
    other = browser(cast.dung).post("sync", epoch=answer.json()["epoch"], rooms={str(room.pk): 0}).json()
    assert "mine" not in other["rooms"][str(room.pk)]


def test_an_ordinary_message_is_as_short_as_ever(cast: Cast, browser: Any) -> None:
    told = browser(cast.hoa).say(guardians_room(cast.class_7a), "Vâng ạ", name=uuid.uuid4()).json()
    assert set(told) == {
        "room", "seq", "rev", "author", "client_message_id", "body", "created_at", "edited_at", "removed_at",
    }  # fmt: skip
