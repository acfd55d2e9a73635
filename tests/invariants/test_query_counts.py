"""Posting, history, the list of rooms and catching up cost the same for 10 and for 500 members."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from realtime import epoch
from registry.models import Enrolment, GuardianLink, Person, Role
from rooms import actions, contacts, listing, pins, polls, reactions, roster, selectors
from rooms.carrying import Source
from rooms.catching_up import catch_up
from rooms.files.policy import openable
from rooms.models import File, Member, Message, Reaction, Room, Vote
from tests.cast import Cast
from tests.rooms.conftest import class_room, guardians_room, say, square

# Member with room under lock (two: what ended while waiting must not be found), head, message, dispatch row.
POST = 5


def fill(cast: Cast, people: int) -> None:
    """Give 7A so many pupils more, each with a guardian."""

    def add(kind: str, role: str, grade: str) -> list[Person]:
        made = Person.objects.bulk_create(
            Person(
                source=cast.source,
                sourced_id=f"{kind}{n}",
                given_name=f"N{n}",
                family_name="X",
                name=f"X N{n}",
                grade=grade,
            )
            for n in range(people)
        )
        Role.objects.bulk_create(
            Role(source=cast.source, sourced_id=f"r{kind}{n}", person=person, org=cast.school, role=role)
            for n, person in enumerate(made)
        )
        return made

    pupils, guardians = add("p", "student", "07"), add("g", "guardian", "")
    Enrolment.objects.bulk_create(
        Enrolment(
            source=cast.source,
            sourced_id=f"e{n}",
            school_class=cast.class_7a,
            school=cast.school,
            person=person,
            role="student",
        )
        for n, person in enumerate(pupils)
    )
    GuardianLink.objects.bulk_create(
        GuardianLink(source=cast.source, guardian=guardian, student=pupil, state="active")
        for guardian, pupil in zip(guardians, pupils, strict=True)
    )
    roster.revise_all()


def cost(act: Callable[[], Any]) -> int:
    """How many statements; opening and closing a transaction are not counted."""
    with CaptureQueriesContext(connection) as queries:
        act()
    return len([q for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))])


def record() -> int:
    """What a line of the record costs: its turn, where a database has more than one writer, the last line, itself."""
    return 3 if connection.vendor == "postgresql" else 2


@pytest.fixture(params=[10, 500])
def crowd(cast: Cast, request: Any) -> Cast:
    """The small school with so many members in 7A's rooms, who have talked."""
    fill(cast, request.param)
    for number in range(20):
        for person in (cast.lan, cast.hoa):
            say(person, guardians_room(cast.class_7a), f"Tin {number}")
    epoch()
    return cast


def test_the_crowd_is_one(crowd: Cast) -> None:
    assert Member.objects.filter(room=guardians_room(crowd.class_7a)).count() > 10


@pytest.mark.parametrize("who", ["lan", "hoa"])
def test_posting_is_five_statements(crowd: Cast, who: str) -> None:
    room = guardians_room(crowd.class_7a)
    person = crowd.people()[who]
    assert cost(lambda: actions.post_message(person, room.pk, body="Chào", client_message_id=uuid.uuid4())) == POST


def test_a_pupils_post_asks_for_the_teacher_too(crowd: Cast) -> None:
    room = class_room(crowd.class_7a)
    actions.set_talk_open(crowd.lan, room.pk, is_talk_open=True)
    assert (
        cost(lambda: actions.post_message(crowd.an, room.pk, body="Chào", client_message_id=uuid.uuid4())) == POST + 1
    )


def test_changing_a_message(crowd: Cast) -> None:
    room = guardians_room(crowd.class_7a)
    # The room locked, the place, the message, its number, itself; and whether anything quotes it.
    assert cost(lambda: actions.edit_message(crowd.hoa, room.pk, 2, body="Sửa")) == 6
    # Whether there are copies, before the locks and after; and the line of the record.
    assert cost(lambda: actions.remove_message(crowd.hoa, room.pk, 2)) == 8 + record()


def test_doing_something_to_a_message(crowd: Cast) -> None:
    room = guardians_room(crowd.class_7a)
    say(crowd.lan, room, "Họp?", poll=polls.Ballot(("Có", "Không"), several=False, shows_names=True))
    asked = Message.objects.filter(room=room).latest("pk").seq
    first, poll = Message.objects.get(room=room, seq=1), Message.objects.get(room=room, seq=asked)
    others = (
        Member.objects.filter(room=room).exclude(person__in=[crowd.hoa, crowd.lan]).values_list("person", flat=True)
    )
    Reaction.objects.bulk_create(Reaction(message=first, person_id=pk, kind="tim") for pk in others)
    Vote.objects.bulk_create(Vote(message=poll, person_id=pk, option=1) for pk in others)
    assert cost(lambda: reactions.react(crowd.hoa, room.pk, 1, kind="vui")) == 10
    assert cost(lambda: polls.vote(crowd.hoa, room.pk, asked, options=[2])) == 11
    assert cost(lambda: polls.voters(crowd.lan, room.pk, asked)) == 4
    assert cost(lambda: pins.pin(crowd.lan, room.pk, 1)) == 13 + record()


def test_forwarding_asks_once_whether_all_may_read(crowd: Cast) -> None:
    board, room = square(crowd.school), guardians_room(crowd.class_7a)
    for person in (crowd.hanh, crowd.lan):
        actions.open_room(person, board.pk)
    say(crowd.hanh, board, "Nghỉ học")
    assert cost(lambda: say(crowd.lan, room, "", forward=Source(board.pk, 1))) == 19


def test_a_message_that_carries_something(crowd: Cast) -> None:
    room = guardians_room(crowd.class_7a)
    mentions = (crowd.lan.pk, crowd.dung.pk)
    # The quoted message and those named are looked up, kept, and read for the event.
    assert cost(lambda: say(crowd.hoa, room, "@Cô Lan", reply_to=1, mentions=mentions)) == POST + 5
    for seq in range(1, 20):
        say(crowd.hoa, room, "Dạ", reply_to=seq, mentions=mentions)
        reactions.react(crowd.hoa, room.pk, seq, kind="tim")
    # What they quote, who is named, one's own reactions and votes: once a page, not once a message.
    assert cost(lambda: selectors.history(crowd.hoa, room.pk)) == 6
    assert cost(lambda: catch_up(crowd.hoa, known_epoch=epoch(), revs={room.pk: 0})) == 6
    pins.pin(crowd.lan, room.pk, 1)
    assert cost(lambda: listing.room_for(crowd.hoa, room.pk)) == 3
    assert cost(lambda: catch_up(crowd.hoa, known_epoch=epoch(), revs={room.pk: 0})) == 7
    # However many answers there are, taking it back is the same few statements more.
    for _ in range(10):
        say(crowd.dung, room, "Vâng", reply_to=2)
    assert cost(lambda: actions.remove_message(crowd.hoa, room.pk, 2)) == 13 + record()


def test_a_message_with_a_photo(crowd: Cast) -> None:
    room, board = guardians_room(crowd.class_7a), square(crowd.school)

    def photo(owner: Person) -> int:
        told = {"name": "anh.jpg", "media_type": "image/jpeg", "size": 200_000, "sha256": "a" * 64}
        return File.objects.create(owner=owner, width=1_600, height=1_200, **told).pk

    one, ten = [photo(crowd.hoa)], [photo(crowd.hoa) for _ in range(10)]
    # The upload is looked up and locked, and made the message's: of one as of ten.
    assert cost(lambda: say(crowd.hoa, room, "", files=tuple(one))) == POST + 2
    assert cost(lambda: say(crowd.hoa, room, "Ảnh lớp", files=tuple(ten))) == POST + 2
    # What they are stands in the message: reading asks for no more.
    assert cost(lambda: selectors.history(crowd.hoa, room.pk)) == 2
    assert cost(lambda: catch_up(crowd.hoa, known_epoch=epoch(), revs={room.pk: 0})) <= 2
    assert cost(lambda: openable(crowd.dung, ten[0])) == 2
    # They are found, let go by their uploads, and deleted.
    assert cost(lambda: actions.remove_message(crowd.hoa, room.pk, 42)) == 8 + 3 + record()
    for person in (crowd.hanh, crowd.lan):
        actions.open_room(person, board.pk)
    say(crowd.hanh, board, "", files=(photo(crowd.hanh),))
    # Its files are read, written anew, and made the copy's.
    assert cost(lambda: say(crowd.lan, room, "", forward=Source(board.pk, 1))) == 19 + 3


def test_reading(crowd: Cast) -> None:
    room = guardians_room(crowd.class_7a)
    assert cost(lambda: selectors.history(crowd.hoa, room.pk)) == 2
    assert cost(lambda: selectors.members(crowd.hoa, room.pk)) == 2
    assert cost(lambda: actions.mark_read(crowd.hoa, room.pk, read_seq=3)) == 3
    assert cost(lambda: listing.room_for(crowd.hoa, room.pk)) == 2
    assert cost(lambda: selectors.unread(crowd.hoa)) == 1


def test_the_list_of_rooms_is_at_most_six_queries(crowd: Cast) -> None:
    assert cost(lambda: listing.rooms_for(crowd.hoa)) == 3
    begin(crowd)
    assert cost(lambda: listing.rooms_for(crowd.hoa)) == 5
    assert cost(lambda: listing.rooms_for(crowd.lan)) == 5


def test_catching_up_is_two_queries_for_any_number_of_rooms(crowd: Cast) -> None:
    revs = {room.pk: 0 for room in Room.objects.all()}
    for some in (dict(list(revs.items())[:1]), revs):
        assert cost(lambda some=some: catch_up(crowd.hoa, known_epoch=epoch(), revs=some)) <= 2


def test_contacts_cost_the_same(crowd: Cast) -> None:
    assert cost(lambda: contacts.contacts(crowd.hoa)) == 8
    assert cost(lambda: contacts.contacts(crowd.lan)) == 7


def begin(cast: Cast) -> None:
    """Threads of both sides."""
    from tests.rooms.test_threads import start

    start(cast.hoa, cast.an, cast.hoa, cast.lan)
    start(cast.hoa, cast.chi, cast.hoa, None)
    start(cast.dung, cast.binh, cast.dung, cast.lan)
