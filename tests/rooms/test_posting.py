"""Saying something: once, in order, only where one may."""

import uuid
from typing import Any

import pytest

from delivery.models import Dispatch
from realtime.errors import NotFound
from rooms import actions
from rooms.errors import Empty, MayNotPost, NameTaken, TalkClosed, TooLong
from rooms.models import Member, Message, Room
from tests.cast import Cast
from tests.rooms.conftest import class_room, guardians_room, say


def test_a_guardian_writes_and_the_teacher_reads(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    answer = browser(cast.hoa).say(room, "  Cháu An bị ốm, xin nghỉ ạ.  ")
    assert answer.status_code == 201
    message = answer.json()
    assert (message["seq"], message["rev"], message["body"]) == (1, 1, "Cháu An bị ốm, xin nghỉ ạ.")
    assert message["author"] == {
        "id": cast.hoa.pk,
        "name": "Phạm Thị Hoa",
        "address": "",
        "label": "Phụ huynh em An",
        "role": "guardian",
    }
    page = browser(cast.lan).get(f"rooms/{room.pk}/messages")
    assert page == {"messages": [message], "head": 1, "complete": True}


def test_the_same_name_gives_the_first_answer_again(cast: Cast, browser: Any) -> None:
    room, name = guardians_room(cast.class_7a), uuid.uuid4()
    first = browser(cast.hoa).say(room, "Vâng ạ", name=name)
    again = browser(cast.hoa).say(room, "Vâng ạ ", name=name)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    room.refresh_from_db()
    assert (room.head, room.last_seq, Message.objects.count(), Dispatch.objects.count()) == (1, 1, 1, 1)


def test_the_same_name_for_another_text_or_room_is_refused(cast: Cast, browser: Any) -> None:
    room, name = guardians_room(cast.class_7a), uuid.uuid4()
    browser(cast.hoa).say(room, "Vâng ạ", name=name)
    other_text = browser(cast.hoa).say(room, "Không ạ", name=name)
    other_room = browser(cast.hoa).say(guardians_room(cast.class_6b), "Vâng ạ", name=name)
    for answer in (other_text, other_room):
        assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")
    assert Message.objects.count() == 1


def test_a_retry_after_the_talk_was_closed_still_gets_its_first_answer(cast: Cast) -> None:
    room, name = class_room(cast.class_7a), uuid.uuid4()
    actions.set_talk_open(cast.lan, room.pk, is_talk_open=True)
    first = actions.post_message(cast.an, room.pk, body="Em thưa cô", client_message_id=name)
    actions.set_talk_open(cast.lan, room.pk, is_talk_open=False)
    again = actions.post_message(cast.an, room.pk, body="Em thưa cô", client_message_id=name)
    assert (again.message, again.is_new) == (first.message, False)
    with pytest.raises(NameTaken):
        actions.post_message(cast.an, room.pk, body="Em khác", client_message_id=name)


def test_two_people_may_use_the_same_name(cast: Cast) -> None:
    room, name = guardians_room(cast.class_7a), uuid.uuid4()
    for person in (cast.hoa, cast.dung):
        actions.post_message(person, room.pk, body="Vâng ạ", client_message_id=name)
    assert list(room.messages.values_list("seq", flat=True)) == [1, 2]


def test_pupils_read_and_write_only_while_a_teacher_has_opened_the_talk(cast: Cast) -> None:
    room = class_room(cast.class_7a)
    with pytest.raises(TalkClosed):
        say(cast.an, room)
    actions.set_talk_open(cast.lan, room.pk, is_talk_open=True)
    assert say(cast.an, room).message.author_seat == "pupil"
    Member.objects.filter(room=room, seat="teacher").delete()
    with pytest.raises(MayNotPost):
        say(cast.binh, room)


def test_a_stranger_finds_no_room(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    for person in (cast.quang, cast.van, cast.mai, cast.an, cast.hanh, cast.son, cast.tu):
        answer = browser(person).say(room, "Xin chào")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    missing = browser(cast.quang).post("rooms/999999/messages", client_message_id=str(uuid.uuid4()), body="x")
    assert (missing.status_code, missing.json()) == (404, answer.json())
    assert not Message.objects.exists()


def test_nobody_writes_in_an_archived_room(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    Room.objects.filter(pk=room.pk).update(state="archived")
    with pytest.raises(NotFound):
        say(cast.lan, room)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "empty"),
        ("  \n\t ", "empty"),
        ("\u200b\u202e", "empty"),
        ("a" * 4001, "too_long"),
        ("ạ" * 100_000, "too_long"),
    ],
)
def test_bodies_that_are_no_messages_are_refused(cast: Cast, browser: Any, body: str, code: str) -> None:
    answer = browser(cast.hoa).say(guardians_room(cast.class_7a), body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not Message.objects.exists()


def test_what_nobody_types_is_taken_out(cast: Cast) -> None:
    written = say(cast.hoa, guardians_room(cast.class_7a), "Xin \u202echào\x00\r\ncô" + "a" + "\u0301" * 50)
    assert written.message.body == "Xin chào\ncôá" + "\u0301" * 4
    longest = say(cast.hoa, guardians_room(cast.class_7a), "ệ" * 4000)
    assert len(longest.message.body) == 4000


def test_refusals_are_told_in_the_readers_language(cast: Cast, browser: Any) -> None:
    path, body = (
        f"rooms/{guardians_room(cast.class_7a).pk}/messages",
        {"client_message_id": str(uuid.uuid4()), "body": "a" * 5000},
    )
    english = browser(cast.hoa).ask("post", path, body, **{"Accept-Language": "en"}).json()
    vietnamese = browser(cast.hoa).ask("post", path, body).json()
    assert (
        english["detail"] == "This message is too long: 5000 characters, at most 4000 are possible. Send it in parts."
    )
    assert vietnamese["detail"] == "Tin nhắn quá dài: 5000 ký tự, tối đa 4000. Hãy gửi thành nhiều phần."
    assert english["facts"] == {"limit": 4000, "length": 5000}


@pytest.mark.parametrize(
    "body",
    [{}, {"body": "x"}, {"client_message_id": "1", "body": "x"}, {"client_message_id": None}, [], "x", {"body": 1}],
)
def test_odd_requests_are_refused_with_the_field(cast: Cast, browser: Any, body: Any) -> None:
    answer = browser(cast.hoa).ask("post", f"rooms/{guardians_room(cast.class_7a).pk}/messages", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")


def test_the_refusals_are_distinct() -> None:
    assert len({one.code for one in (Empty, TooLong, NameTaken, MayNotPost, TalkClosed)}) == 5
