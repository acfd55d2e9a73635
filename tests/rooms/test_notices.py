"""Who is told of a message on a locked phone, and how little it says."""

from typing import Any

from django.utils import translation

from delivery.models import Dispatch
from delivery.sources import Notice, source_named
from registry.changes import AccessChange
from registry.models import Enrolment, Source
from registry.signals import access_changed
from rooms import actions
from rooms.models import Member, Message
from tests.cast import Cast
from tests.rooms.conftest import guardians_room, say
from tests.rooms.test_threads import start

SECRET = "Kết quả xét nghiệm của cháu"


def notices(message: Message, people: list[Any], language: str = "vi") -> dict[int, Notice]:
    with translation.override(language):
        return source_named("message").notices_for(message.pk, [p.pk for p in people], language=language)


def recipients(message: Message, *, after: int = 0, limit: int = 500) -> list[int]:
    return source_named("message").recipients(message.pk, after=after, limit=limit)


def test_members_who_have_not_read_are_told_and_the_author_is_not(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    message = say(cast.lan, room, SECRET).message
    everybody = sorted((cast.minh.pk, cast.hoa.pk, cast.dung.pk))
    assert recipients(message) == everybody
    assert recipients(message, after=everybody[0], limit=1) == everybody[1:2]
    actions.mark_read(cast.hoa, room.pk, read_seq=1)
    Member.objects.filter(room=room, person=cast.dung).update(is_muted=True)
    assert recipients(message) == [cast.minh.pk]
    assert set(notices(message, [cast.hoa, cast.minh, cast.dung, cast.quang, cast.lan])) == {cast.minh.pk}


def test_a_seat_that_ended_and_a_message_taken_back_tell_nobody(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    message = say(cast.lan, room).message
    Enrolment.objects.filter(person=cast.minh).update(status="tobedeleted")
    access_changed.send(sender=Source, change=AccessChange(people={cast.minh.pk}))
    assert set(notices(message, [cast.minh, cast.hoa])) == {cast.hoa.pk}
    actions.remove_message(cast.lan, room.pk, 1)
    assert recipients(message) == []
    assert notices(message, [cast.hoa]) == {}
    assert source_named("message").notices_for(999_999, [cast.hoa.pk], language="vi") == {}


def test_words_of_a_class_room(cast: Cast) -> None:
    message = say(cast.lan, guardians_room(cast.class_7a), SECRET).message
    notice = notices(message, [cast.hoa])[cast.hoa.pk]
    assert (notice.title, notice.body, notice.url) == (
        "Phụ huynh lớp 7A",
        "Tin nhắn mới",
        f"/tin-nhan/{message.room_id}",
    )
    assert (notice.room, notice.tag, notice.type, notice.id) == (
        message.room_id,
        f"room-{message.room_id}",
        "message",
        message.pk,
    )


def test_words_of_a_thread_say_the_childs_name_and_class_and_no_more(cast: Cast) -> None:
    room = start(cast.hoa, cast.an, cast.hoa, cast.lan, SECRET)
    to_teacher = notices(Message.objects.get(), [cast.lan])[cast.lan.pk]
    assert (to_teacher.title, to_teacher.body) == ("An · lớp 7A", "Tin nhắn mới từ phụ huynh")
    answer = say(cast.lan, room, SECRET).message
    to_guardian = notices(answer, [cast.hoa])[cast.hoa.pk]
    assert (to_guardian.title, to_guardian.body) == ("An · lớp 7A", "Tin nhắn mới từ giáo viên")
    in_english = notices(answer, [cast.hoa], "en")[cast.hoa.pk]
    assert (in_english.title, in_english.body) == ("An · class 7A", "New message from the teacher")
    office = start(cast.hoa, cast.an, cast.hoa, None, SECRET)
    from_office = notices(say(cast.thu, office, SECRET).message, [cast.hoa, cast.hanh])
    assert from_office[cast.hoa.pk].body == "Tin nhắn mới từ nhà trường"
    for notice in (to_teacher, to_guardian, in_english, *from_office.values()):
        assert SECRET not in str(notice.payload())
        assert "Trần Minh" not in str(notice.payload())


def test_it_waits_a_moment_for_those_who_are_looking(cast: Cast) -> None:
    say(cast.lan, guardians_room(cast.class_7a))
    dispatch = Dispatch.objects.get()
    assert dispatch.due_at == Message.objects.get().created_at + actions.PUSH_AFTER
