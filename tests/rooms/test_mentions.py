"""Being named: only people of the room, told also where the room is muted, and never in whose words."""

from typing import Any

import pytest

from registry.changes import AccessChange
from registry.models import Enrolment, Source
from registry.signals import access_changed
from rooms import actions, selectors
from rooms.errors import MayNotModerate, NotAMember
from rooms.models import Member, Mention, Message
from tests.cast import Cast
from tests.rooms.conftest import guardians_room, say, square
from tests.rooms.test_notices import notices, recipients


def test_people_of_the_room_are_named(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    told = browser(cast.hoa).say(room, "@Cô Lan xem giúp ạ", mentions=[cast.lan.pk, cast.hoa.pk]).json()
    assert [(one["name"], one["label"]) for one in told["mentions"]] == [("Nguyễn Thị Lan", "GVCN 7A")]
    assert browser(cast.dung).get(f"rooms/{room.pk}/messages")["messages"] == [told]


def test_nobody_else_is(cast: Cast, browser: Any) -> None:
    room = guardians_room(cast.class_7a)
    hoa = browser(cast.hoa)
    for people in ([cast.quang.pk], [cast.an.pk], [cast.lan.pk, cast.mai.pk], [2**62]):
        assert hoa.refused(hoa.say(room, "@ai đó", mentions=people)) == (400, "not_a_member")
    for people in ([-1], ["lan"], list(range(1, 22)), [1] * 200, "lan", {"a": 1}):
        assert hoa.say(room, "@ai đó", mentions=people).status_code == 400
    assert not Message.objects.exists()


def test_in_a_community_room_only_those_who_lead_it(cast: Cast) -> None:
    room = square(cast.school)
    for person in (cast.hanh, cast.hoa, cast.dung):
        actions.open_room(person, room.pk)
    actions.set_talk_open(cast.hanh, room.pk, is_talk_open=True)
    assert say(cast.hoa, room, "@Cô Hạnh", mentions=(cast.hanh.pk,)).message.mention_count == 1
    with pytest.raises(NotAMember):
        say(cast.hoa, room, "@Dũng", mentions=(cast.dung.pk,))


def test_the_whole_class_is_named_by_those_who_lead_it(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    with pytest.raises(MayNotModerate):
        say(cast.hoa, room, "@cả lớp", mentions_all=True)
    message = say(cast.lan, room, "@cả lớp", mentions_all=True).message
    assert selectors.history(cast.hoa, room.pk)["messages"][0]["mentions_all"] is True
    Member.objects.filter(room=room).update(is_muted=True)
    assert recipients(message) == sorted((cast.minh.pk, cast.hoa.pk, cast.dung.pk))


def test_who_is_named_is_told_where_the_room_is_muted(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    Member.objects.filter(room=room).update(is_muted=True)
    silent = say(cast.hoa, room, "Không ai").message
    message = say(cast.hoa, room, "@Cô Lan: kết quả xét nghiệm", mentions=(cast.lan.pk,)).message
    assert (recipients(silent), recipients(message)) == ([], [cast.lan.pk])
    told = notices(message, [cast.lan, cast.minh, cast.dung, cast.quang])
    assert set(told) == {cast.lan.pk}
    assert (told[cast.lan.pk].title, told[cast.lan.pk].body) == ("Phụ huynh lớp 7A", "Được nhắc đến trong tin nhắn mới")
    Member.objects.filter(room=room, person=cast.minh).update(is_muted=False)
    assert notices(message, [cast.minh])[cast.minh.pk].body == "Tin nhắn mới"
    actions.remove_message(cast.hoa, room.pk, 2)
    assert (recipients(message), Mention.objects.count()) == ([], 0)


def test_a_name_stays_when_its_person_has_left(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    say(cast.hoa, room, "@Thầy Minh", mentions=(cast.minh.pk,))
    Enrolment.objects.filter(person=cast.minh).update(status="tobedeleted")
    access_changed.send(sender=Source, change=AccessChange(people={cast.minh.pk}))
    told = selectors.history(cast.hoa, room.pk)["messages"][0]["mentions"]
    assert [one["name"] for one in told] == ["Vũ Đức Minh"]
