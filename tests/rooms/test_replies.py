"""Answering a message: the quote is as the message stands, and keeps nothing that was taken back."""

import uuid
from typing import Any

import pytest

from rooms import actions, selectors
from rooms.errors import NameTaken, NoSuchMessage
from rooms.models import Message
from tests.cast import Cast
from tests.rooms.conftest import ODD_TEXTS, guardians_room, say


def test_an_answer_shows_whom_and_what_it_answers(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.lan, room, "Mai lớp ta đi tham quan. " + "Mang theo nước uống. " * 10)
    answer = browser(cast.hoa).say(room, "Dạ, mấy giờ ạ?", reply_to=1)
    assert answer.status_code == 201
    quote = answer.json()["reply_to"]
    assert (quote["seq"], quote["author"]["name"], quote["author"]["label"], quote["removed"]) == (
        1,
        "Nguyễn Thị Lan",
        "GVCN 7A",
        False,
    )
    assert quote["excerpt"].startswith("Mai lớp ta đi tham quan. Mang")
    assert len(quote["excerpt"]) <= 100
    assert browser(cast.dung).get(f"rooms/{room.pk}/messages")["messages"][1] == answer.json()
    assert "reply_to" not in browser(cast.dung).get(f"rooms/{room.pk}/messages")["messages"][0]


def test_only_a_message_of_the_same_room_is_answered(cast: Cast, browser: Any) -> None:
    room, other = guardians_room(cast.class_7a), guardians_room(cast.class_6b)
    for _ in range(3):
        say(cast.mai, other)
    for seq in (0, 1, 3, 2**62):
        assert browser(cast.hoa).refused(browser(cast.hoa).say(room, "Vâng", reply_to=seq)) == (404, "no_such_message")
    for seq in (-1, 2**64, "một", 1.5):
        assert browser(cast.hoa).say(room, "Vâng", reply_to=seq).status_code == 400
    assert not Message.objects.filter(room=room).exists()
    assert browser(cast.quang).say(other, "Vâng", reply_to=1).status_code == 404


def test_the_same_name_is_the_same_answer(cast: Cast) -> None:
    room, name = guardians_room(cast.class_7a), uuid.uuid4()
    say(cast.lan, room, "Một")
    say(cast.lan, room, "Hai")

    def post(**carried: Any) -> Any:
        from rooms.carrying import Carried

        return actions.post_message(cast.hoa, room.pk, body="Vâng", client_message_id=name, carried=Carried(**carried))

    first = post(reply_to=1)
    again = post(reply_to=1)
    assert (first.message, first.is_new, again.message, again.is_new) == (again.message, True, first.message, False)
    assert again.around.quoted
    for other in ({}, {"reply_to": 2}, {"reply_to": 99}):
        with pytest.raises(NameTaken):
            post(**other)
    with pytest.raises(NoSuchMessage):
        say(cast.hoa, room, "Vâng", reply_to=99)


def test_no_quote_keeps_words_that_were_taken_back(cast: Cast, told: Any) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.lan, room, "Bí mật")
    say(cast.hoa, room, "Dạ", reply_to=1)
    say(cast.dung, room, "Vâng", reply_to=1)
    say(cast.dung, room, "Không liên quan")
    edited = told(lambda: actions.edit_message(cast.lan, room.pk, 1, body="Bí mật nhỏ"))
    assert [(f["type"], f["rev"], f["message"]["seq"]) for f in edited] == [
        ("message.edited", 5, 1),
        ("message.posted", 6, 2),
        ("message.posted", 7, 3),
    ]
    assert {f["message"]["reply_to"]["excerpt"] for f in edited[1:]} == {"Bí mật nhỏ"}
    removed = told(lambda: actions.remove_message(cast.lan, room.pk, 1))
    assert [f["rev"] for f in removed] == [8, 9, 10]
    assert [f["message"]["reply_to"]["removed"] for f in removed[1:]] == [True, True]
    assert "Bí mật" not in str(removed)
    assert "Bí mật" not in str(selectors.history(cast.minh, room.pk))
    # What was taken back may still be answered, and its place is named.
    assert say(cast.hoa, room, "Cô ơi?", reply_to=1).message.reply_to_id
    assert selectors.history(cast.hoa, room.pk)["messages"][-1]["reply_to"]["removed"] is True


def test_taking_back_says_by_whom(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.hoa, room, "Một", reply_to=None)
    say(cast.hoa, room, "Hai")
    actions.remove_message(cast.hoa, room.pk, 1)
    actions.remove_message(cast.lan, room.pk, 2)
    told = selectors.history(cast.dung, room.pk)["messages"]
    assert [message["removed_by"] for message in told] == ["author", "moderator"]


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_odd_texts_are_quoted_as_they_are_kept(cast: Cast, text: str) -> None:
    room = guardians_room(cast.class_7a)
    kept = say(cast.hoa, room, text).message.body
    say(cast.lan, room, "Cô đã đọc", reply_to=1)
    assert selectors.history(cast.dung, room.pk)["messages"][1]["reply_to"]["excerpt"] == kept
