"""Changing what one said, and taking it back."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from realtime.errors import NotFound
from registry.models import AuditLine
from rooms import actions
from rooms.errors import AlreadyRemoved, MayNotPost, NotYours, TooLate, TooLong
from rooms.models import Message, Room
from tests.cast import Cast
from tests.rooms.conftest import class_room, guardians_room, say


def age(message: Message, minutes: int) -> None:
    """Let the message be older."""
    Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - dt.timedelta(minutes=minutes))


def test_an_edit_keeps_its_place_and_takes_a_new_rev(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.hoa, room, "Cháu nghỉ hôm nay")
    say(cast.dung, room)
    edited = browser(cast.hoa).ask("patch", f"rooms/{room.pk}/messages/1", {"body": " Cháu nghỉ ngày mai "}).json()
    assert (edited["seq"], edited["rev"], edited["body"]) == (1, 3, "Cháu nghỉ ngày mai")
    assert edited["edited_at"]
    assert browser(cast.lan).get(f"rooms/{room.pk}/messages")["messages"][0] == edited
    again = browser(cast.hoa).ask("patch", f"rooms/{room.pk}/messages/1", {"body": "Cháu nghỉ ngày mai"}).json()
    assert again == edited


def test_only_the_author_edits_and_only_for_an_hour(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    message = say(cast.hoa, room).message
    for person in (cast.dung, cast.lan):
        with pytest.raises(NotYours):
            actions.edit_message(person, room.pk, 1, body="Khác")
    with pytest.raises(NotFound):
        actions.edit_message(cast.quang, room.pk, 1, body="Khác")
    with pytest.raises(NotFound):
        actions.edit_message(cast.hoa, room.pk, 2, body="Khác")
    with pytest.raises(TooLong):
        actions.edit_message(cast.hoa, room.pk, 1, body="a" * 4001)
    age(message, 61)
    for change in (
        lambda: actions.edit_message(cast.hoa, room.pk, 1, body="Khác"),
        lambda: actions.remove_message(cast.hoa, room.pk, 1),
    ):
        with pytest.raises(TooLate):
            change()
    room.refresh_from_db()
    assert room.head == 1


def test_taken_back_leaves_an_empty_row(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.hoa, room, "Gửi nhầm nhóm")
    removed = browser(cast.hoa).ask("delete", f"rooms/{room.pk}/messages/1").json()
    assert (removed["seq"], removed["rev"], removed["body"]) == (1, 2, "")
    assert removed["removed_at"]
    assert not Message.objects.exclude(body="").exists()
    assert browser(cast.hoa).ask("delete", f"rooms/{room.pk}/messages/1").json() == removed
    with pytest.raises(AlreadyRemoved):
        actions.edit_message(cast.hoa, room.pk, 1, body="Vẫn gửi")
    listed = browser(cast.dung).get(f"rooms/{room.pk}")
    assert (listed["last"]["excerpt"], listed["last"]["removed"]) == ("", True)


def test_teachers_take_back_anything_at_any_time_and_it_is_written_down(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    age(say(cast.hoa, room).message, 10_000)
    with pytest.raises(NotYours):
        actions.remove_message(cast.dung, room.pk, 1)
    actions.remove_message(cast.minh, room.pk, 1)
    message = Message.objects.get()
    assert (message.removed_by, message.body) == (cast.minh, "")
    line = AuditLine.objects.get()
    assert (line.actor, line.act, line.subject) == (cast.minh, "message.removed", f"message:{message.pk}")


def test_who_may_no_longer_write_may_still_take_back(cast: Cast) -> None:
    room = class_room(cast.class_7a)
    actions.set_talk_open(cast.lan, room.pk, is_talk_open=True)
    say(cast.an, room)
    actions.set_talk_open(cast.lan, room.pk, is_talk_open=False)
    with pytest.raises(MayNotPost):
        actions.edit_message(cast.an, room.pk, 1, body="Khác")
    assert actions.remove_message(cast.an, room.pk, 1).message.removed_at


def test_only_those_who_lead_open_the_talk(cast: Cast, browser: Any) -> None:
    room = class_room(cast.class_7a)
    for person, status in ((cast.an, 403), (cast.quang, 404), (cast.mai, 404)):
        assert browser(person).ask("patch", f"rooms/{room.pk}", {"is_talk_open": True}).status_code == status
    opened = browser(cast.minh).ask("patch", f"rooms/{room.pk}", {"is_talk_open": True})
    assert (opened.status_code, opened.json()["is_talk_open"]) == (200, True)
    assert browser(cast.an).get(f"rooms/{room.pk}")["can"] == ["read", "post"]
    refused = browser(cast.lan).ask("patch", f"rooms/{guardians_room(cast.class_7a).pk}", {"is_talk_open": True})
    assert (refused.status_code, refused.json()["code"]) == (403, "may_not_moderate")
    assert Room.objects.filter(is_talk_open=True).count() == 1
