"""What the hub is told of rooms, and what a commit tells the sockets."""

import json
import uuid
from typing import Any

from realtime.commands import registered
from realtime.topics import owner_of
from registry.changes import AccessChange
from registry.models import Enrolment, Source
from registry.signals import access_changed
from rooms import actions
from rooms.commands import Post, post
from rooms.models import Room
from rooms.topics import RoomTopics
from tests.cast import Cast
from tests.rooms.conftest import class_room, guardians_room, say
from tests.rooms.test_threads import start

topics = RoomTopics()


def test_rooms_own_their_topics_and_orders() -> None:
    assert isinstance(owner_of("room.1"), RoomTopics)
    assert {"message.post", "message.edit", "message.remove", "message.read", "room.resume"} <= set(registered)


def test_people_follow_their_rooms_and_no_others(cast: Cast) -> None:
    found = topics.topics_for([cast.hoa.pk, cast.quang.pk, cast.tu.pk])
    assert found[cast.hoa.pk] == {f"room.{guardians_room(c).pk}" for c in (cast.class_7a, cast.class_6b)}
    staff = Room.objects.get(key=f"staff:{cast.other_school.pk}")
    assert found[cast.quang.pk] == {
        f"room.{r.pk}" for r in (class_room(cast.class_7c), guardians_room(cast.class_7c), staff)
    }
    assert not found.get(cast.tu.pk)


def test_heads_leave_out_what_is_gone(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.lan, room)
    Room.objects.filter(pk=class_room(cast.class_7a).pk).update(state="archived")
    named = [f"room.{room.pk}", f"room.{class_room(cast.class_7a).pk}", "room.999999"]
    assert topics.heads(named) == {f"room.{room.pk}": 1}


def test_the_roster_names_those_connected_who_may_follow(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    everybody = [person.pk for person in cast.people().values()]
    number, people = topics.roster(f"room.{room.pk}", everybody)
    assert people == {cast.lan.pk, cast.minh.pk, cast.hoa.pk, cast.dung.pk}
    Enrolment.objects.filter(person=cast.minh).update(status="tobedeleted")
    access_changed.send(sender=Source, change=AccessChange(people={cast.minh.pk}))
    assert topics.roster(f"room.{room.pk}", everybody) == (number + 1, people - {cast.minh.pk})
    assert topics.roster("room.999999", everybody) == (0, set())


def test_a_post_tells_the_room_once_with_its_numbers(cast: Cast, told: Any) -> None:
    room = guardians_room(cast.class_7a)
    name = uuid.uuid4()
    (frame,) = told(lambda: actions.post_message(cast.hoa, room.pk, body="Vâng ạ", client_message_id=name))
    assert (frame["topic"], frame["type"], frame["rev"], frame["roster"]) == (
        f"room.{room.pk}",
        "message.posted",
        1,
        room.roster,
    )
    assert frame["message"]["body"] == "Vâng ạ"
    assert told(lambda: actions.post_message(cast.hoa, room.pk, body="Vâng ạ", client_message_id=name)) == []


def test_the_socket_answers_with_the_message_of_the_event(cast: Cast, told: Any) -> None:
    room = guardians_room(cast.class_7a)
    answers: list[Any] = []
    order = Post(ref=1, room=room.pk, client_message_id=uuid.uuid4(), body="Vâng ạ")
    (frame,) = told(lambda: answers.append(post(cast.hoa, order)))
    assert answers == [{"room": room.pk, "seq": 1, "rev": 1, "message": frame["message"]}]


def test_what_was_missed_is_the_same_text_that_was_told(cast: Cast, told: Any) -> None:
    room = guardians_room(cast.class_7a)
    for act in (
        lambda: say(cast.lan, room),
        lambda: say(cast.hoa, room),
        lambda: actions.edit_message(cast.hoa, room.pk, 2, body="Sửa"),
        lambda: actions.remove_message(cast.lan, room.pk, 1),
    ):
        (frame,) = told(act)
        missed = list(topics.changes_since(f"room.{room.pk}", frame["rev"] - 1))
        assert [(m.rev, m.roster, json.loads(m.text)) for m in missed] == [
            (frame["rev"], frame["roster"], json.loads(frame["text"]))
        ]


def test_events_are_the_same_in_whatever_language_one_writes(cast: Cast, told: Any) -> None:
    from django.utils import translation

    room = guardians_room(cast.class_7a)
    with translation.override("en"):
        (frame,) = told(lambda: say(cast.hoa, room))
    assert frame["message"]["author"]["label"] == "Phụ huynh em An"


def test_a_new_thread_opens_for_both_sides_before_its_message(cast: Cast, told: Any) -> None:
    frames = told(lambda: start(cast.hoa, cast.an, cast.hoa, cast.lan))
    assert [frame["type"] for frame in frames] == ["hub.access", "room.opened", "room.opened", "message.posted"]
    assert frames[0]["people"] == sorted((cast.hoa.pk, cast.lan.pk))
    assert {frame["topic"] for frame in frames[1:3]} == {f"person.{cast.hoa.pk}", f"person.{cast.lan.pk}"}


def test_a_change_of_the_registry_tells_the_sockets_of_those_concerned(cast: Cast, told: Any) -> None:
    def end() -> None:
        Enrolment.objects.filter(person=cast.minh).update(status="tobedeleted")
        access_changed.send(sender=Source, change=AccessChange(people={cast.minh.pk}))

    assert [(f["type"], f["people"]) for f in told(end)] == [("hub.access", [cast.minh.pk])]
    assert told(lambda: access_changed.send(sender=Source, change=AccessChange(everything=True))) == []


def test_opening_a_community_room_makes_it_live(cast: Cast, told: Any, browser: Any) -> None:
    square = Room.objects.get(key=f"community:{cast.school.pk}")
    frames = told(lambda: browser(cast.hoa).get(f"rooms/{square.pk}/messages"))
    assert [(f["type"], f["people"]) for f in frames] == [("hub.access", [cast.hoa.pk])]
    assert f"room.{square.pk}" in topics.topics_for([cast.hoa.pk])[cast.hoa.pk]
    assert told(lambda: browser(cast.hoa).get(f"rooms/{square.pk}/messages")) == []


def test_opening_the_talk_tells_the_room(cast: Cast, told: Any) -> None:
    room = class_room(cast.class_7a)
    (frame,) = told(lambda: actions.set_talk_open(cast.lan, room.pk, is_talk_open=True))
    assert (frame["type"], frame["topic"], frame["is_talk_open"]) == ("room.changed", f"room.{room.pk}", True)
