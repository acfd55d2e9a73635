"""A right that ended stops the next message, on open sockets and at every other door, whatever ended it."""

import datetime as dt
import http.client
import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings

from delivery.models import Dispatch
from delivery.sources import source_named
from registry import overrides
from registry.changes import AccessChange
from registry.models import Enrolment, GuardianLink, LocalOverride, Person, Role, Source
from registry.selectors import today
from registry.signals import access_changed
from rooms import roster
from rooms.models import Member, Message, Room
from rooms.receivers import tell_sockets
from tests.cast import Cast
from tests.realtime.phone import ORIGIN, Phone
from tests.rooms.conftest import guardians_room, say
from tests.rooms.test_threads import start
from tests.wire import Server, Socket, session_for

pytestmark = pytest.mark.django_db(transaction=True)

# The watch's own times: heads every 1.5 s, each person's rights within 15 s.
A_SWEEP = 25.0
AFTERWARDS = "Chỉ những ai còn trong lớp đọc được câu này"


class Page:
    """A signed-in browser on the running server: real requests, with their CSRF token."""

    def __init__(self, server: Server, session: str) -> None:
        self._port = server.port
        self._cookies = {settings.SESSION_COOKIE_NAME: session}
        self._token = ""
        self.ask("GET", "me")

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON of a request below /api/."""
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=40)
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": cookie, "Origin": ORIGIN, "Content-Type": "application/json", "X-CSRFToken": self._token}
        line.request(method, f"/api/{path}", json.dumps(body) if body is not None else None, headers)
        response = line.getresponse()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie" and value.startswith(f"{settings.CSRF_COOKIE_NAME}="):
                self._token = value.split(";")[0].partition("=")[2]
                self._cookies[settings.CSRF_COOKIE_NAME] = self._token
        told = json.loads(response.read() or b"null")
        line.close()
        return response.status, told


def by_a_deny(cast: Cast, server: Server) -> None:
    """Of the head of the school, over REST on the server that serves the sockets."""
    head = Page(server, session_for(cast, cast.hanh))
    body = {"person": cast.hoa.pk, "student": cast.an.pk, "reason": "Quyết định của tòa", "review_on": "2099-01-01"}
    assert head.ask("POST", "denies", body)[0] == 201


def by_the_registry(cast: Cast, server: Server) -> None:
    """In another process, whose hints do not reach this server: there is no Redis."""
    GuardianLink.objects.filter(guardian=cast.hoa, student=cast.an).update(valid_to=today())
    access_changed.send(sender=Source, change=AccessChange(people={cast.hoa.pk, cast.an.pk}))


def by_its_date(cast: Cast, server: Server) -> None:
    """The enrolment ends with this day; what the server does after midnight is done now, for tomorrow."""
    Enrolment.objects.filter(person=cast.an).update(ends_on=today() + dt.timedelta(days=1))
    assert Member.objects.filter(person=cast.hoa, room=guardians_room(cast.class_7a)).exists()
    tell_sockets(roster.revise_all(today() + dt.timedelta(days=1)))


EVERY_WAY = pytest.mark.parametrize("revoke", [by_a_deny, by_the_registry, by_its_date], ids=lambda way: way.__name__)
Revoke = Callable[[Cast, Server], None]


@pytest.fixture
def lan(server: Server, committed_cast: Cast) -> Iterator[Socket]:
    with server.socket(session_for(committed_cast, committed_cast.lan)) as socket:
        yield socket


def post(socket: Socket, room: Room, body: str) -> dict[str, Any]:
    return socket.ask("message.post", room=room.pk, client_message_id=str(uuid.uuid4()), body=body)


@EVERY_WAY
def test_nothing_posted_afterwards_arrives_and_everything_is_refused(
    revoke: Revoke, server: Server, committed_cast: Cast, lan: Socket
) -> None:
    cast, room = committed_cast, guardians_room(committed_cast.class_7a)
    session = session_for(cast, cast.hoa)
    with server.socket(session) as hoa, server.socket(session_for(cast, cast.dung)) as dung:
        assert post(hoa, room, "Tôi là mẹ cháu An")["type"] == "ok"
        own = hoa.next_event("message.posted")["message"]
        revoke(cast, server)
        # The very next message, whatever hint is late or lost.
        assert post(lan, room, AFTERWARDS)["type"] == "ok"
        assert dung.next_event("message.posted")["message"]["body"] == "Tôi là mẹ cháu An"
        assert dung.next_event("message.posted")["message"]["body"] == AFTERWARDS
        refused = [
            post(hoa, room, "Tôi vẫn còn đây"),
            hoa.ask("message.edit", room=room.pk, seq=own["seq"], body="Sửa lại"),
            hoa.ask("message.remove", room=room.pk, seq=own["seq"]),
            hoa.ask("message.read", room=room.pk, read_seq=2),
            hoa.ask("typing", room=room.pk),
            hoa.ask("presence", room=room.pk, here=True),
        ]
        assert {answer["code"] for answer in refused} == {"not_found"}
        resumed = hoa.ask("room.resume", epoch=hoa.hello["epoch"], rooms={str(room.pk): own["rev"]})
        assert (resumed["rooms"], resumed["gone"]) == ({}, [room.pk])
        told = hoa.next_event("access.changed", seconds=A_SWEEP)
        assert room.pk not in told["rooms"]
        # The other child's class stays.
        assert guardians_room(cast.class_6b).pk in told["rooms"]
        hoa.expect_nothing("message.posted")
    page = Page(server, session)
    for path in (f"rooms/{room.pk}", f"rooms/{room.pk}/messages", f"rooms/{room.pk}/members"):
        assert page.ask("GET", path)[0] == 404
    assert room.pk not in {one["id"] for one in page.ask("GET", "rooms")[1]["rooms"]}
    known = {"epoch": page.ask("GET", "rooms")[1]["epoch"], "rooms": {str(room.pk): 0}}
    assert page.ask("POST", "sync", known)[1]["gone"] == [room.pk]
    again = {"client_message_id": own["client_message_id"], "body": own["body"]}
    assert page.ask("POST", f"rooms/{room.pk}/messages", again)[0] == 404
    told = Phone(server, session).poll()
    assert str(room.pk) not in told["heads"]
    assert not Message.objects.filter(room=room, body="Tôi vẫn còn đây").exists()


def test_a_deny_is_felt_at_once_on_the_server_that_made_it(server: Server, committed_cast: Cast) -> None:
    cast = committed_cast
    with server.socket(session_for(cast, cast.hoa)) as hoa, server.socket(session_for(cast, cast.dung)) as dung:
        by_a_deny(cast, server)
        # Sooner than the first sweep of a person's rights could be.
        told = hoa.next_event("access.changed", seconds=5)
        assert guardians_room(cast.class_7a).pk not in told["rooms"]
        dung.expect_nothing("access.changed", seconds=0.5)


def test_the_last_right_takes_the_socket_and_the_session(server: Server, committed_cast: Cast) -> None:
    cast = committed_cast
    session = session_for(cast, cast.lan)
    head = Page(server, session_for(cast, cast.hanh))
    with server.socket(session) as lan, server.socket(session_for(cast, cast.minh)) as minh:
        body = {"person": cast.lan.pk, "org": cast.school.pk, "reason": "Thôi việc", "review_on": "2099-01-01"}
        assert head.ask("POST", "denies", body)[0] == 201
        assert lan.close_code(seconds=5) == 4401
        assert minh.ask("ping")["type"] == "ok"
    assert Page(server, session).ask("GET", "me")[0] == 401
    refused = server.socket(session, hello=False)
    assert refused.close_code() == 4401


def test_a_waiting_poll_is_told_and_gets_nothing_more(server: Server, committed_cast: Cast, lan: Socket) -> None:
    cast, room = committed_cast, guardians_room(committed_cast.class_7a)
    phone = Phone(server, session_for(cast, cast.hoa)).settle()
    by_the_registry(cast, server)
    assert post(lan, room, AFTERWARDS)["type"] == "ok"
    told = phone.poll(wait=1)
    assert told["gone"] == [room.pk]
    assert AFTERWARDS not in json.dumps(told, ensure_ascii=False)


@EVERY_WAY
def test_pushes_that_wait_are_not_sent(revoke: Revoke, server: Server, committed_cast: Cast) -> None:
    cast, room = committed_cast, guardians_room(committed_cast.class_7a)
    message = say(cast.lan, room).message
    source = source_named("message")
    assert Dispatch.objects.filter(source="message", subject=message.pk, done_at=None).exists()
    assert cast.hoa.pk in source.recipients(message.pk, after=0, limit=100)
    assert cast.hoa.pk in source.notices_for(message.pk, {cast.hoa.pk}, language="vi")
    revoke(cast, server)
    assert cast.hoa.pk not in source.recipients(message.pk, after=0, limit=100)
    # Those that were expanded for her before are worded just before they are sent: there is nothing to say.
    assert source.notices_for(message.pk, {cast.hoa.pk, cast.dung.pk}, language="vi").keys() == {cast.dung.pk}


def test_a_thread_falls_for_both_sides_together(server: Server, committed_cast: Cast, lan: Socket) -> None:
    cast = committed_cast
    room = start(cast.hoa, cast.an, cast.hoa, cast.lan)
    by_a_deny(cast, server)
    assert post(lan, room, "Chị ơi")["code"] == "not_found"
    with server.socket(session_for(cast, cast.hoa)) as hoa:
        assert str(room.pk) not in hoa.hello["heads"]


def test_a_right_that_comes_back_comes_back_live(server: Server, committed_cast: Cast, lan: Socket) -> None:
    cast, room = committed_cast, guardians_room(committed_cast.class_7a)
    by_a_deny(cast, server)
    with server.socket(session_for(cast, cast.hoa)) as hoa:
        assert str(room.pk) not in hoa.hello["heads"]
        head = Page(server, session_for(cast, cast.hanh))
        made = LocalOverride.objects.get()
        assert head.ask("POST", f"denies/{made.pk}/end", {"reason": "Tòa đã hủy"})[0] == 200
        assert room.pk in hoa.next_event("access.changed", seconds=5)["rooms"]
        assert post(lan, room, "Chào chị")["type"] == "ok"
        assert hoa.next_event("message.posted")["message"]["body"] == "Chào chị"


def test_one_cause_of_two_that_ends_takes_nothing(server: Server, committed_cast: Cast, lan: Socket) -> None:
    cast, room = committed_cast, guardians_room(committed_cast.class_7a)
    GuardianLink.objects.create(source=cast.source, guardian=cast.hoa, student=cast.binh, state="active")
    access_changed.send(sender=Source, change=AccessChange(people={cast.hoa.pk, cast.binh.pk}))
    with server.socket(session_for(cast, cast.hoa)) as hoa:
        by_a_deny(cast, server)
        assert post(lan, room, "Chào các phụ huynh")["type"] == "ok"
        assert hoa.next_event("message.posted")["message"]["body"] == "Chào các phụ huynh"
        hoa.expect_nothing("access.changed", seconds=0.5)


def test_who_was_away_learns_it_with_the_first_catch_up(server: Server, committed_cast: Cast) -> None:
    cast, room = committed_cast, guardians_room(committed_cast.class_7a)
    say(cast.lan, room)
    by_a_deny(cast, server)
    with server.socket(session_for(cast, cast.hoa)) as hoa:
        told = hoa.ask("room.resume", epoch=hoa.hello["epoch"], rooms={str(room.pk): 0})
    assert (told["rooms"], told["gone"]) == ({}, [room.pk])


def test_a_teacher_who_leaves_one_school_hears_no_more_of_its_staff(server: Server, committed_cast: Cast) -> None:
    cast = committed_cast
    staff = Room.objects.get(key=f"staff:{cast.school.pk}")
    Role.objects.create(source=cast.source, sourced_id="new", person=cast.minh, org=cast.other_school, role="teacher")
    with server.socket(session_for(cast, cast.minh)) as minh, server.socket(session_for(cast, cast.hanh)) as hanh:
        Role.objects.filter(person=cast.minh, org=cast.school).update(status="tobedeleted")
        access_changed.send(sender=Source, change=AccessChange(people={cast.minh.pk}))
        assert post(hanh, staff, "Họp hội đồng lúc 15 giờ")["type"] == "ok"
        assert post(minh, staff, "Tôi đến muộn")["code"] == "not_found"
        told = minh.next_event("access.changed", seconds=A_SWEEP)
        assert staff.pk not in told["rooms"]
        assert Room.objects.get(key=f"staff:{cast.other_school.pk}").pk in told["rooms"]
        minh.expect_nothing("message.posted", seconds=0.2)


def test_the_last_role_that_ends_closes_the_socket_without_any_hint(server: Server, committed_cast: Cast) -> None:
    cast = committed_cast
    with server.socket(session_for(cast, cast.minh)) as minh:
        Role.objects.filter(person=cast.minh).update(status="tobedeleted")
        access_changed.send(sender=Source, change=AccessChange(people={cast.minh.pk}))
        assert minh.close_code(seconds=A_SWEEP) == 4401


def test_a_deny_made_by_a_command_is_obeyed_without_any_hint(server: Server, committed_cast: Cast, lan: Socket) -> None:
    cast, room = committed_cast, guardians_room(committed_cast.class_7a)
    with server.socket(session_for(cast, cast.hoa)) as hoa:
        overrides.deny(
            Person.objects.get(pk=cast.hoa.pk),
            student=cast.an,
            by=cast.account(cast.hanh),
            reason="Quyết định của tòa",
            review_on=dt.date(2099, 1, 1),
        )
        assert post(lan, room, AFTERWARDS)["type"] == "ok"
        hoa.next_event("access.changed", seconds=A_SWEEP)
        hoa.expect_nothing("message.posted", seconds=0.2)
