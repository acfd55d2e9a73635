"""Writing and being here: between the two sides of a thread, on real sockets, and to nobody else."""

import time

import pytest
from django.db import transaction

from registry.changes import AccessChange
from registry.models import Enrolment, Source
from registry.selectors import today
from registry.signals import access_changed
from rooms.models import Member, Room
from rooms.presence import TYPING_EVERY
from tests.cast import Cast
from tests.rooms.conftest import class_room
from tests.rooms.test_threads import start
from tests.wire import Server, session_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def thread(committed_cast: Cast) -> Room:
    """Hoa and Lan, about An."""
    return start(committed_cast.hoa, committed_cast.an, committed_cast.hoa, committed_cast.lan)


def test_the_other_side_sees_who_writes_and_who_is_here(committed_cast: Cast, thread: Room, server: Server) -> None:
    cast, topic = committed_cast, f"room.{thread.pk}"
    assert not Member.objects.filter(room=thread, person__in=[cast.quang, cast.dung, cast.minh]).exists()
    others = [server.socket(session_for(cast, person)) for person in (cast.quang, cast.dung, cast.minh)]
    with server.socket(session_for(cast, cast.lan)) as lan, server.socket(session_for(cast, cast.hoa)) as hoa:
        assert hoa.ask("typing", room=thread.pk)["type"] == "ok"
        assert lan.next_event("typing.started") == {"type": "typing.started", "topic": topic, "person": cast.hoa.pk}
        for here in (True, False):
            assert hoa.ask("presence", room=thread.pk, here=here)["type"] == "ok"
            moved = {"type": "presence.moved", "topic": topic, "person": cast.hoa.pk, "here": here}
            assert lan.next_event("presence.moved") == moved
    for other in others:
        other.expect_nothing(seconds=0.3)
        other.close()


def test_writing_is_passed_on_every_three_seconds_at_most(committed_cast: Cast, thread: Room, server: Server) -> None:
    cast = committed_cast
    with server.socket(session_for(cast, cast.lan)) as lan, server.socket(session_for(cast, cast.hoa)) as hoa:
        for _ in range(5):
            assert hoa.ask("typing", room=thread.pk)["type"] == "ok"
        # The other side's own is not held back by it.
        assert lan.ask("typing", room=thread.pk)["type"] == "ok"
        assert lan.next_event("typing.started")["person"] == cast.hoa.pk
        assert lan.next_event("typing.started")["person"] == cast.lan.pk
        lan.expect_nothing("typing.started", seconds=0.5)
        time.sleep(TYPING_EVERY)
        assert hoa.ask("typing", room=thread.pk)["type"] == "ok"
        assert lan.next_event("typing.started")["person"] == cast.hoa.pk


@pytest.mark.parametrize("order", ["typing", "presence"])
def test_outsiders_pupils_and_larger_rooms_are_refused(
    committed_cast: Cast, thread: Room, server: Server, order: str
) -> None:
    cast = committed_cast
    more = {"here": True} if order == "presence" else {}
    room = class_room(cast.class_7a)
    wanted = [
        (cast.quang, thread, "not_found"),
        (cast.minh, thread, "not_found"),
        (cast.quang, room, "not_found"),
        (cast.lan, room, "not_allowed"),
    ]
    for person, where, code in wanted:
        with server.socket(session_for(cast, person)) as socket:
            assert socket.ask(order, room=where.pk, **more)["code"] == code
    with server.socket(session_for(cast, cast.an)) as pupil, server.socket(session_for(cast, cast.lan)) as lan:
        assert Member.objects.filter(room=room, person=cast.an, seat="pupil").exists()
        # Who may not write in the class room at all is told so before.
        assert pupil.ask(order, room=room.pk, **more)["code"] in {"not_allowed", "talk_closed"}
        lan.expect_nothing(seconds=0.3)


def test_whose_right_has_ended_neither_tells_nor_is_told(committed_cast: Cast, thread: Room, server: Server) -> None:
    cast = committed_cast
    with server.socket(session_for(cast, cast.lan)) as lan, server.socket(session_for(cast, cast.hoa)) as hoa:
        assert hoa.ask("presence", room=thread.pk, here=True)["type"] == "ok"
        lan.next_event("presence.moved")
        with transaction.atomic():
            Enrolment.objects.filter(person=cast.lan).update(ends_on=today())
            access_changed.send(sender=Source, change=AccessChange(people={cast.lan.pk}))
        # The server's hub was told nothing: it is the roster number that stops the next event.
        for order, more in (("typing", {}), ("presence", {"here": True})):
            assert lan.ask(order, room=thread.pk, **more)["code"] == "not_found"
            assert hoa.ask(order, room=thread.pk, **more)["type"] in {"ok", "refused"}
        lan.expect_nothing("typing.started", seconds=0.3)
        lan.expect_nothing("presence.moved", seconds=0.3)


def test_nothing_of_it_is_stored(committed_cast: Cast, thread: Room, server: Server) -> None:
    before = Room.objects.values().get(pk=thread.pk), list(Member.objects.filter(room=thread).values())
    with server.socket(session_for(committed_cast, committed_cast.hoa)) as hoa:
        hoa.ask("typing", room=thread.pk)
        hoa.ask("presence", room=thread.pk, here=True)
        epoch = hoa.hello["epoch"] if hoa.hello else ""
        changes = hoa.ask("room.resume", epoch=epoch, rooms={str(thread.pk): thread.head})
    assert (Room.objects.values().get(pk=thread.pk), list(Member.objects.filter(room=thread).values())) == before
    assert "typing" not in str(changes)
