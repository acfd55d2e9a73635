"""Nothing reaches a socket whose right has ended, from the first message after the commit; whatever hint was lost.

The registry changes in this process and the sockets are in another, with no Redis between them: no hint ever arrives.
"""

import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from realtime.errors import NotFound
from registry.changes import AccessChange
from registry.models import Enrolment, GuardianLink, Person, Role, SchoolClass, Source
from registry.selectors import today
from registry.signals import access_changed
from rooms import actions
from rooms.models import Member, Room
from tests.cast import Cast
from tests.rooms.conftest import guardians_room, say
from tests.rooms.test_threads import start
from tests.wire import Server, Socket, serving, session_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[Server]:
    """One process for all of these: what it remembers of one test must not reach the next either."""
    with serving() as running:
        yield running


End = Callable[[Cast], tuple[Any, dict[str, Any]]]

# Each ends one person's right in one room: (who loses it, in which room, who goes on talking there, how it ends).
ENDINGS: dict[str, tuple[str, str, str, End]] = {
    "enrolment ended": (
        "minh",
        "guardians",
        "lan",
        lambda c: (Enrolment.objects.filter(person=c.minh), {"status": "tobedeleted"}),
    ),
    "enrolment's last day": (
        "minh",
        "guardians",
        "lan",
        lambda c: (Enrolment.objects.filter(person=c.minh), {"ends_on": today()}),
    ),
    "role ended": ("minh", "staff", "hanh", lambda c: (Role.objects.filter(person=c.minh), {"ends_on": today()})),
    "link blocked": (
        "hoa",
        "guardians",
        "lan",
        lambda c: (GuardianLink.objects.filter(student=c.an), {"state": "blocked"}),
    ),
    "child left": (
        "hoa",
        "guardians",
        "lan",
        lambda c: (Enrolment.objects.filter(person=c.an), {"school_class": c.class_6b}),
    ),
    "teacher of a thread left": (
        "lan",
        "thread",
        "hoa",
        lambda c: (Enrolment.objects.filter(person=c.lan), {"role": "none"}),
    ),
    "person disabled": (
        "dung",
        "guardians",
        "lan",
        lambda c: (Person.objects.filter(pk=c.dung.pk), {"enabled": False}),
    ),
    "school changed": (
        "hoa",
        "community",
        "hanh",
        lambda c: (Role.objects.filter(person=c.hoa), {"org": c.other_school}),
    ),
    "class died": (
        "hoa",
        "guardians",
        "lan",
        lambda c: (SchoolClass.objects.filter(pk=c.class_7a.pk), {"ends_on": today()}),
    ),
}


def room_of(cast: Cast, kind: str) -> Room:
    """The room in question, opened or begun where that makes it."""
    match kind:
        case "thread":
            return start(cast.hoa, cast.an, cast.hoa, cast.lan)
        case "guardians":
            return guardians_room(cast.class_7a)
    room = Room.objects.get(key=f"{kind}:{cast.school.pk}")
    for person in (cast.hoa, cast.hanh) if kind == "community" else ():
        actions.open_room(person, room.pk)
    return room


def post(socket: Socket, room: Room, body: str) -> dict[str, Any]:
    return socket.ask("message.post", room=room.pk, client_message_id=str(uuid.uuid4()), body=body, seconds=20)


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_next_message_does_not_reach_who_lost_the_right(server: Server, committed_cast: Cast, ending: str) -> None:
    who, kind, other, end = ENDINGS[ending]
    people = committed_cast.people()
    room = room_of(committed_cast, kind)
    lost, stays = (server.socket(session_for(committed_cast, people[name])) for name in (who, other))
    assert post(stays, room, "Trước")["type"] == "ok"
    assert lost.next_event("message.posted")["message"]["body"] == "Trước"

    rows, columns = end(committed_cast)
    with transaction.atomic():
        change = AccessChange(
            people=set(rows.values_list("pk", flat=True))
            if rows.model is Person
            else {people[who].pk, committed_cast.an.pk},
            classes={committed_cast.class_7a.pk} if rows.model is SchoolClass else set(),
        )
        rows.update(**columns)
        access_changed.send(sender=Source, change=change)
    assert not Member.objects.filter(room=room, person=people[who]).exists()

    answer = post(stays, room, "Sau")
    # A thread and a dead class end for both sides.
    still_there = Member.objects.filter(room=room, person=people[other]).exists()
    assert answer["type"] == ("ok" if still_there else "refused")
    lost.expect_nothing("message.posted", seconds=1.5)

    if ending != "person disabled":
        assert post(lost, room, "Còn đây không?")["code"] == "not_found"
        resumed = lost.ask("room.resume", epoch=lost.hello["epoch"], rooms={str(room.pk): 0})
        assert (resumed["rooms"], resumed["gone"]) == ({}, [room.pk])
    for socket in (lost, stays):
        socket.close()


def test_the_outsider_hears_nothing_at_all(server: Server, committed_cast: Cast) -> None:
    cast = committed_cast
    quang = server.socket(session_for(cast, cast.quang))
    lan = server.socket(session_for(cast, cast.lan))
    thread = start(cast.hoa, cast.an, cast.hoa, cast.lan)
    for room in Room.objects.filter(members__person=cast.lan):
        post(lan, room, "Chỉ cho người trong nhóm")
        assert post(quang, room, "x")["code"] == "not_found"
    revs = {str(pk): 0 for pk in Room.objects.filter(members__person=cast.lan).values_list("pk", flat=True)}
    assert quang.ask("room.resume", epoch=quang.hello["epoch"], rooms=revs)["rooms"] == {}
    assert str(thread.pk) not in quang.hello["heads"]
    quang.expect_nothing(seconds=1)


def test_what_was_said_before_the_commit_may_have_been_heard_and_nothing_after(committed_cast: Cast) -> None:
    """A post that waited for the room while the right ended is refused: the seat is read after the lock."""
    cast, room = committed_cast, guardians_room(committed_cast.class_7a)
    outcome: list[Any] = []

    def late() -> None:
        try:
            outcome.append(say(cast.minh, room))
        except NotFound as refusal:
            outcome.append(refusal)
        finally:
            connection.close()

    with transaction.atomic():
        Room.objects.select_for_update(no_key=True).get(pk=room.pk)
        thread = threading.Thread(target=late)
        thread.start()
        thread.join(1)
        assert thread.is_alive(), "the post waits for the room"
        Enrolment.objects.filter(person=cast.minh).update(status="tobedeleted")
        access_changed.send(sender=Source, change=AccessChange(people={cast.minh.pk}))
    thread.join(20)
    assert isinstance(outcome[0], NotFound)
    assert not room.messages.exists()
