"""Nothing reaches a socket whose right has ended, from the first message after the commit; whatever hint was lost.

The registry changes in this process and the sockets are in another, with no Redis between them: no hint ever arrives.
"""

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from realtime.errors import NotFound
from registry.changes import AccessChange
from registry.models import Enrolment, GuardianLink, Person, Role, SchoolClass, Source
from registry.selectors import today
from registry.signals import access_changed
from rooms import actions, roster
from rooms.models import Member, Room
from tests.cast import Cast
from tests.rooms.conftest import guardians_room, say
from tests.rooms.test_threads import start
from tests.wire import Server, Socket, session_for

pytestmark = pytest.mark.django_db(transaction=True)


# Whoever holds no right at all any more is signed out, by the sweep if the hint is lost: their socket may be closed by then.
SIGNED_OUT = {"person disabled", "role ended"}
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
def test_the_seat_ends_with_the_commit(committed_cast: Cast, ending: str) -> None:
    who, kind, _other, end = ENDINGS[ending]
    room, person = room_of(committed_cast, kind), committed_cast.people()[who]
    assert Member.objects.filter(room=room, person=person).exists()
    change(committed_cast, ending, *end(committed_cast))
    assert not Member.objects.filter(room=room, person=person).exists()


def test_the_next_message_does_not_reach_who_lost_the_right(
    server: Server, committed_cast: Cast, subtests: pytest.Subtests
) -> None:
    for ending, (who, kind, other, end) in ENDINGS.items():
        people = committed_cast.people()
        room = room_of(committed_cast, kind)
        lost, stays = (server.socket(session_for(committed_cast, people[name])) for name in (who, other))
        rows, columns = end(committed_cast)
        before = list(rows.values("pk", *columns))
        with subtests.test(ending):
            assert post(stays, room, f"Trước: {ending}")["type"] == "ok"
            while lost.next_event("message.posted")["message"]["body"] != f"Trước: {ending}":
                pass
            change(committed_cast, ending, rows, columns)
            said = post(stays, room, "Sau")
            # A thread and a dead class end for both sides.
            stays_seated = Member.objects.filter(room=room, person=people[other]).exists()
            assert said["type"] == ("ok" if stays_seated else "refused")
            lost.expect_nothing("message.posted", seconds=1.5)
            if ending not in SIGNED_OUT:
                assert post(lost, room, "Còn đây không?")["code"] == "not_found"
                resumed = lost.ask("room.resume", epoch=lost.hello["epoch"], rooms={str(room.pk): 0})
                assert (resumed["rooms"], resumed["gone"]) == ({}, [room.pk])
        for socket in (lost, stays):
            socket.close()
        for row in before:
            rows.model.objects.filter(pk=row.pop("pk")).update(**row)
        with transaction.atomic():
            access_changed.send(sender=Source, change=AccessChange(everything=True))


def change(cast: Cast, ending: str, rows: Any, columns: dict[str, Any]) -> None:
    """Change these rows as an import does: they and what follows from them in one transaction."""
    who = cast.people()[ENDINGS[ending][0]]
    concerned = AccessChange(
        people={who.pk, cast.an.pk}, classes={cast.class_7a.pk} if rows.model is SchoolClass else set()
    )
    with transaction.atomic():
        rows.update(**columns)
        access_changed.send(sender=Source, change=concerned)


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


class Late:
    """An act in another thread with its own connection, and what became of it."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self._act = act
        self.outcome: Any = None
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def waits(self) -> bool:
        """Whether it still has not come to its end after a second."""
        self.thread.join(1)
        return self.thread.is_alive()

    def ends(self) -> Any:
        """What it came to."""
        self.thread.join(20)
        return self.outcome

    def _run(self) -> None:
        try:
            self.outcome = self._act()
        except NotFound as refusal:
            self.outcome = refusal
        finally:
            connection.close()


def end_enrolment(person: Person) -> None:
    Enrolment.objects.filter(person=person).update(status="tobedeleted")
    access_changed.send(sender=Source, change=AccessChange(people={person.pk}))


def test_a_post_that_waited_while_the_right_ended_is_refused(committed_cast: Cast) -> None:
    """The seat is read after the room is locked, not joined to the lock."""
    cast, room = committed_cast, guardians_room(committed_cast.class_7a)
    with transaction.atomic():
        Room.objects.select_for_update(no_key=True).get(pk=room.pk)
        post_of_minh = Late(lambda: say(cast.minh, room))
        assert post_of_minh.waits()
        end_enrolment(cast.minh)
    assert isinstance(post_of_minh.ends(), NotFound)
    assert not room.messages.exists()


def test_a_thread_begun_while_the_right_ends_is_refused(committed_cast: Cast) -> None:
    """Otherwise it would be seated by the registry as it was, and missed by the revision."""
    cast = committed_cast
    with transaction.atomic():
        end_enrolment(cast.lan)
        begun = Late(lambda: start(cast.hoa, cast.an, cast.hoa, cast.lan))
        assert begun.waits()
    assert isinstance(begun.ends(), NotFound)
    assert not Member.objects.filter(room__kind="thread").exists()


def test_posting_elsewhere_does_not_wait_for_an_import(committed_cast: Cast) -> None:
    cast = committed_cast
    if connection.vendor == "sqlite":
        # One writer at a time is the embedded default's price; imports there are a school's, not a province's.
        return
    with transaction.atomic():
        end_enrolment(cast.lan)
        other = Late(lambda: say(cast.mai, guardians_room(cast.class_6b)))
        assert not other.waits()
    assert other.ends().message.seq == 1


def test_two_revisions_at_once_do_not_meet(committed_cast: Cast) -> None:
    with transaction.atomic():
        end_enrolment(committed_cast.lan)
        second = Late(roster.revise_all)
        assert second.waits()
    assert not second.ends()
