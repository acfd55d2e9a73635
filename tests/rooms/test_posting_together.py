"""Posts that share a commit: each has its own outcome, and no room is waited for."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from delivery.models import Dispatch
from realtime import Again, Alone, epoch
from rooms import actions
from rooms.actions import Written
from rooms.errors import Empty
from rooms.models import Message, Room
from rooms.posting import Proposed, post_together
from tests.cast import Cast
from tests.invariants.test_query_counts import cost, fill
from tests.rooms.conftest import class_room, guardians_room
from tests.wire import Server, session_for


def proposed(author: Any, room: Room, body: str = "Vâng ạ", name: uuid.UUID | None = None) -> Proposed:
    return Proposed(author, room.pk, body, name or uuid.uuid4())


def test_each_post_has_its_own_outcome(cast: Cast) -> None:
    ours, theirs = guardians_room(cast.class_7a), guardians_room(cast.class_6b)
    used, twice = uuid.uuid4(), uuid.uuid4()
    actions.post_message(cast.hoa, ours.pk, body="Trước", client_message_id=used)
    outcomes = post_together(
        [
            proposed(cast.lan, ours, "Một"),
            proposed(cast.hoa, ours, "   "),
            proposed(cast.quang, ours, "Người lạ"),
            proposed(cast.hoa, ours, "Trước", used),
            proposed(cast.mai, theirs, "Hai"),
            proposed(cast.dung, ours, "Ba", twice),
            proposed(cast.dung, ours, "Ba", twice),
            Proposed(cast.lan, 2**70, "Số phòng lạ", uuid.uuid4()),
        ]
    )
    kinds = [type(outcome) for outcome in outcomes]
    assert kinds == [Written, Empty, Alone, Alone, Written, Written, Alone, Alone]
    written = [outcome.message for outcome in outcomes if isinstance(outcome, Written)]
    assert [(message.room_id, message.seq, message.rev, message.body) for message in written] == [
        (ours.pk, 2, 2, "Một"),
        (theirs.pk, 1, 1, "Hai"),
        (ours.pk, 3, 3, "Ba"),
    ]
    stored = Message.objects.filter(pk__in=[message.pk for message in written])
    assert sorted(stored.values_list("room", "seq", "body")) == sorted(
        (message.room_id, message.seq, message.body) for message in written
    )
    ours.refresh_from_db()
    assert (ours.head, ours.last_seq) == (3, 3)
    assert ours.last_posted_at == written[2].created_at
    assert set(Dispatch.objects.values_list("subject", flat=True)) == set(Message.objects.values_list("pk", flat=True))


def test_the_author_is_shown_as_when_posting_alone(cast: Cast) -> None:
    room = guardians_room(cast.class_7a)
    for person in (cast.lan, cast.hoa, cast.dung):
        alone = actions.post_message(person, room.pk, body="Một", client_message_id=uuid.uuid4())
        for _remembered in range(2):
            [together] = post_together([proposed(person, room, "Hai")])
            assert isinstance(together, Written)
            assert together.author.ref() == alone.author.ref()


def test_pupils_are_left_to_the_way_that_looks_for_their_teacher(cast: Cast) -> None:
    room = class_room(cast.class_7a)
    actions.set_talk_open(cast.lan, room.pk, is_talk_open=True)
    [outcome] = post_together([proposed(cast.an, room)])
    assert isinstance(outcome, Alone)


def test_the_same_statements_for_two_posts_and_for_forty(cast: Cast) -> None:
    fill(cast, 60)
    room = guardians_room(cast.class_7a)
    people = [member.person for member in room.members.select_related("person").exclude(seat="observer")[:40]]
    assert len(people) == 40
    outcomes: list[Any] = []
    epoch()
    few = cost(lambda: outcomes.extend(post_together([proposed(one, room) for one in people[:2]])))
    many = cost(lambda: outcomes.extend(post_together([proposed(one, room) for one in people])))
    assert [type(outcome) for outcome in outcomes] == [Written] * 42
    # Lock, look, labels, insert with the rooms' heads, enqueue; on SQLite names and heads are statements of their own.
    assert few == many == (5 if connection.vendor == "postgresql" else 7)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer, who holds every room")
def test_a_room_that_is_busy_keeps_nobody_else_waiting(committed_cast: Cast) -> None:
    cast, held, done = committed_cast, threading.Event(), threading.Event()
    busy, free = guardians_room(cast.class_7a), guardians_room(cast.class_6b)

    def hold() -> None:
        with transaction.atomic():
            Room.objects.select_for_update().get(pk=busy.pk)
            held.set()
            done.wait(10)
        connection.close()

    with ThreadPoolExecutor(1) as other:
        holding = other.submit(hold)
        assert held.wait(10)
        outcomes = post_together([proposed(cast.lan, busy), proposed(cast.mai, free)])
        done.set()
        holding.result()
    assert [type(outcome) for outcome in outcomes] == [Again, Written]
    assert type(post_together([proposed(cast.lan, busy)])[0]) is Written


@pytest.mark.django_db(transaction=True)
def test_everybody_who_writes_at_once_is_answered_and_heard_in_one_order(server: Server, committed_cast: Cast) -> None:
    cast = committed_cast
    room = guardians_room(cast.class_7a)
    people = [cast.lan, cast.minh, cast.hoa, cast.dung]
    sockets = [server.socket(session_for(cast, person)) for person in people]
    asked = [
        (socket, socket.send("message.post", room=room.pk, client_message_id=str(uuid.uuid4()), body=f"{turn}"))
        for turn in range(8)
        for socket in sockets
    ]
    seqs = [socket.answer(ref)["seq"] for socket, ref in asked]
    assert sorted(seqs) == list(range(1, 33))
    for at in range(len(sockets)):
        own = seqs[at :: len(sockets)]
        assert own == sorted(own)
    for socket in sockets:
        heard = [socket.next_event("message.posted")["message"]["seq"] for _message in range(32)]
        assert heard == list(range(1, 33))
