"""Catching up without a socket: a request that waits on the hub of a real server."""

import http.client
import json
import signal
import socket
import threading
import time
import uuid
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from broadcasts import actions as notices
from broadcasts.content import content_from
from realtime.polling import POLLS_AT_ONCE, Pace, mark_of, told_by
from registry.changes import AccessChange
from registry.models import Enrolment, Person, Source
from registry.selectors import today
from registry.signals import access_changed
from rooms.models import Member, Room
from tests import services, wire
from tests.cast import Cast
from tests.examples.lossy import LossyLine
from tests.invariants.test_doors import assert_knows_nothing, signed_in
from tests.realtime.phone import ORIGIN, Phone
from tests.rooms.conftest import guardians_room, say
from tests.wire import Server, session_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def phone(server: Server, committed_cast: Cast) -> Callable[[Person | None], Phone]:
    """phone(person), phone(None): somebody's."""
    return lambda person: Phone(server, session_for(committed_cast, person) if person else None)


def later(work: Callable[[], Any], *, seconds: float = 0.5) -> threading.Timer:
    timer = threading.Timer(seconds, work)
    timer.start()
    return timer


def publish(cast: Cast) -> int:
    notice = {
        "audience": {"org": cast.school.pk}, "roles": ["guardians"], "kind": "thong_tin", "urgency": "thuong",
        "title": "Họp phụ huynh", "body": "Mời họp.", "wants_acknowledgement": False,
    }  # fmt: skip
    return notices.publish(cast.hanh, content_from(notice), client_broadcast_id=uuid.uuid4())[0].pk


def test_the_first_poll_answers_at_once_and_tells_where_every_room_stands(
    committed_cast: Cast, phone: Callable[..., Phone]
) -> None:
    said = say(committed_cast.lan, guardians_room(committed_cast.class_7a)).message
    told = phone(committed_cast.hoa).poll(wait=20)
    assert told["start_again"] is True
    rooms = Member.objects.filter(person=committed_cast.hoa, room__state="open").values_list("room__pk", "room__head")
    assert told["heads"] == {str(room): head for room, head in rooms}
    assert told["heads"][str(said.room_id)] == said.rev


def test_a_waiting_poll_is_answered_by_the_message_it_waits_for(
    committed_cast: Cast, server: Server, phone: Callable[..., Phone]
) -> None:
    room = guardians_room(committed_cast.class_7a)
    hoa = phone(committed_cast.hoa).settle()
    with server.socket(session_for(committed_cast, committed_cast.lan)) as lan:
        for body in ("một", "hai", "ba"):
            timer = later(
                lambda body=body: lan.send("message.post", room=room.pk, client_message_id=str(uuid.uuid4()), body=body)
            )
            began = time.monotonic()
            told = hoa.poll(wait=20)
            timer.join()
            assert time.monotonic() - began < 10
            assert [message["body"] for message in told["rooms"][str(room.pk)]["messages"]] == [body]
    assert hoa.poll()["rooms"][str(room.pk)]["messages"] == []


def test_a_poll_without_news_ends_with_its_time(committed_cast: Cast, phone: Callable[..., Phone]) -> None:
    hoa = phone(committed_cast.hoa).settle()
    began = time.monotonic()
    told = hoa.poll(wait=1.5)
    assert time.monotonic() - began >= 1.4
    assert all(changes["messages"] == [] for changes in told["rooms"].values())


def test_what_no_hint_brought_is_found_by_the_watch(committed_cast: Cast, phone: Callable[..., Phone]) -> None:
    hoa = phone(committed_cast.hoa).settle()
    room = guardians_room(committed_cast.class_7a)
    # In this process: the server's hub is told nothing.
    timer = later(lambda: say(committed_cast.lan, room, "không ai báo"))
    told = hoa.poll(wait=20)
    timer.join()
    assert [message["body"] for message in told["rooms"][str(room.pk)]["messages"]] == ["không ai báo"]


def test_the_outsider_is_told_nothing_and_woken_by_nothing(
    committed_cast: Cast, phone: Callable[..., Phone], server: Server
) -> None:
    cast = committed_cast
    room = guardians_room(cast.class_7a)
    assert not Member.objects.filter(room=room, person=cast.quang).exists()
    quang = phone(cast.quang)
    quang.poll()
    quang.revs[str(room.pk)] = 0
    told = quang.poll(wait=5)
    assert told["gone"] == [room.pk]
    assert str(room.pk) not in {**told["heads"], **told["rooms"]}
    with server.socket(session_for(cast, cast.lan)) as lan:
        timer = later(
            lambda: lan.send("message.post", room=room.pk, client_message_id=str(uuid.uuid4()), body="Mai mang áo mưa")
        )
        began = time.monotonic()
        told = quang.poll(wait=2)
        timer.join()
    assert time.monotonic() - began >= 1.9
    assert_knows_nothing(cast, json.dumps(told), "POST /api/poll")


def test_a_notice_between_two_polls_is_told_by_the_next_and_once(
    committed_cast: Cast, phone: Callable[..., Phone]
) -> None:
    hoa, quang = phone(committed_cast.hoa).settle(), phone(committed_cast.quang).settle()
    broadcast = publish(committed_cast)
    began = time.monotonic()
    assert [event["broadcast"]["id"] for event in hoa.poll(wait=20)["events"]] == [broadcast]
    assert time.monotonic() - began < 10
    assert hoa.poll(wait=1)["events"] == []
    assert quang.poll(wait=1)["events"] == []


def test_a_notice_answers_a_waiting_poll(committed_cast: Cast, phone: Callable[..., Phone], server: Server) -> None:
    hoa = phone(committed_cast.hoa).settle()
    timer = later(lambda: publish(committed_cast))
    told = hoa.poll(wait=20)
    timer.join()
    assert [event["type"] for event in told["events"]] == ["broadcast.published"]
    assert hoa.poll()["events"] == []


def test_a_phone_that_was_away_for_long_begins_anew(committed_cast: Cast, phone: Callable[..., Phone]) -> None:
    hoa = phone(committed_cast.hoa).settle()
    hoa.mark = str(int(hoa.mark.split(" ")[0]) - 3_600)  # type: ignore[union-attr]
    began = time.monotonic()
    assert hoa.poll(wait=20)["anew"] is True
    assert time.monotonic() - began < 10


def test_a_right_that_ends_while_one_waits_takes_the_room_away(
    committed_cast: Cast, phone: Callable[..., Phone]
) -> None:
    cast = committed_cast
    room = guardians_room(cast.class_7a)
    minh = phone(cast.minh).settle()
    assert str(room.pk) in minh.revs

    def end() -> None:
        with transaction.atomic():
            Enrolment.objects.filter(person=cast.minh).update(ends_on=today())
            access_changed.send(sender=Source, change=AccessChange(people={cast.minh.pk}))
        say(cast.lan, room, "chỉ cho lớp")

    timer = later(end)
    told = minh.poll(wait=20)
    timer.join()
    assert room.pk in told["gone"]
    assert str(room.pk) not in told["heads"]
    assert "chỉ cho lớp" not in json.dumps(told, ensure_ascii=False)


def test_signing_out_ends_the_poll(committed_cast: Cast, phone: Callable[..., Phone], server: Server) -> None:
    from importlib import import_module

    hoa = phone(committed_cast.hoa).settle()
    store = import_module(settings.SESSION_ENGINE).SessionStore(hoa._session)
    later(store.delete)
    status, told = hoa.ask(hoa.body(wait=25))
    # Nobody told the hub: its sweep looks every 15 seconds.
    assert (status, told["code"]) == (401, "not_signed_in")


def test_nobody_and_pages_of_others_are_refused(committed_cast: Cast, phone: Callable[..., Phone]) -> None:
    body = {"epoch": "", "rooms": {}}
    hoa = phone(committed_cast.hoa)
    asked: list[tuple[int, Any]] = [
        phone(None).ask(body),
        hoa.ask(body, Origin="https://evil.example"),
        hoa.ask(body, Origin=""),
        hoa.ask(body, method="GET"),
        hoa.ask(body, **{"Content-Type": "text/plain"}),
        hoa.ask(b"{"),
        hoa.ask({"epoch": "", "rooms": {"42": -1}}),
        hoa.ask({"epoch": "", "rooms": {"x": 1}}),
        hoa.ask({"epoch": "", "rooms": {}, "wait": 900}),
        hoa.ask({"epoch": "", "rooms": {}, "mark": "x" * 70_000}),
    ]
    assert [(status, told["code"]) for status, told in asked] == [
        (401, "not_signed_in"),
        *[(403, "not_allowed")] * 3,
        *[(400, "bad_input")] * 6,
    ]
    assert hoa.headers["cache-control"] == "no-store"


def test_who_asks_too_often_is_told_when_to_ask_again(committed_cast: Cast, phone: Callable[..., Phone]) -> None:
    hoa = phone(committed_cast.hoa)
    answers = [hoa.ask({"epoch": "", "rooms": {}}) for _ in range(int(POLLS_AT_ONCE) * 3)]
    refused = [told for status, told in answers if status == 429]
    assert refused
    assert {told["code"] for told in refused} == {"too_fast"}
    assert all(0 < told["retry_after"] <= 1 for told in refused)


def test_the_pace_comes_back_with_time() -> None:
    pace = Pace()
    assert all(pace.take(1, 0.0) == 0 for _ in range(int(POLLS_AT_ONCE)))
    wait = pace.take(1, 0.0)
    assert wait > 0
    assert pace.take(2, 0.0) == 0
    assert pace.take(1, wait) == 0


def test_a_sixth_poll_of_one_person_ends_the_oldest(committed_cast: Cast, phone: Callable[..., Phone]) -> None:
    phones = [phone(committed_cast.hoa).settle() for _ in range(6)]
    ended: list[tuple[int, Any]] = []
    threads = [threading.Thread(target=lambda one=one: ended.append(one.ask(one.body(wait=4)))) for one in phones]
    for thread in threads:
        thread.start()
        time.sleep(0.1)
    for thread in threads:
        thread.join()
    assert [(status, told.get("code")) for status, told in ended] == [(429, "too_fast"), *[(200, None)] * 5]
    assert ended[0][1]["retry_after"] > 1


def test_a_server_that_drains_sends_waiting_polls_away(
    committed_cast: Cast, phone: Callable[..., Phone], server: Server
) -> None:
    hoa = phone(committed_cast.hoa).settle()
    later(lambda: server.process.send_signal(signal.SIGTERM))
    began = time.monotonic()
    status, told = hoa.ask(hoa.body(wait=25))
    assert (status, told["code"], told["retry"]) == (503, "overloaded", True)
    assert int(hoa.headers["retry-after"]) >= 1
    assert server.process.wait(timeout=12) == 0
    assert time.monotonic() - began < 14


class Cable(LossyLine):
    """Loses nothing, and can be pulled."""

    def _pass_frames(self, source: socket.socket, target: socket.socket) -> None:
        self._pass(source, target)


def test_a_database_that_does_not_answer_is_told_as_one(committed_cast: Cast, tmp_path: Path) -> None:
    if settings.ON_SQLITE:
        pytest.skip("SQLite is a file: it does not go away")
    its_port, port = settings.DATABASES["default"]["PORT"], services.free_port()
    cable = Cable(int(its_port), port)
    url = wire.database_url().replace(f":{its_port}/", f":{port}/")
    assert url != wire.database_url()
    server = wire._start(services.free_port(), DATABASE_URL=url, DATA_DIR=str(tmp_path), REDIS_URL="")
    try:
        hoa = Phone(server, session_for(committed_cast, committed_cast.hoa)).settle()
        later(cable.close)
        # One that waited when it went, and one that comes in later.
        for wait in (2, 0):
            status, told = hoa.ask(hoa.body(wait=wait))
            assert (status, told["code"], told["retry"]) == (503, "unavailable", True)
            assert int(hoa.headers["retry-after"]) >= 1
        assert "Traceback" not in server.said()
    finally:
        cable.close()
        server.stop()


def test_a_phone_that_goes_away_is_forgotten(committed_cast: Cast, phone: Callable[..., Phone], server: Server) -> None:
    """Six that left do not push out the one that stays."""
    stays = phone(committed_cast.hoa).settle()
    for _ in range(6):
        line = http.client.HTTPConnection("127.0.0.1", server.port)
        headers = {
            "Origin": ORIGIN,
            "Content-Type": "application/json",
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={stays._session}",
        }
        line.request("POST", "/api/poll", json.dumps(stays.body(wait=20)), headers)
        time.sleep(0.2)
        line.close()
        time.sleep(0.2)
    assert stays.ask(stays.body(wait=1))[0] == 200


def test_a_mark_says_what_was_told_for_a_while() -> None:
    assert told_by(mark_of(["broadcast.7", "broadcast.8"])) == {"broadcast.7", "broadcast.8"}
    assert told_by(mark_of([])) == set()
    for unreadable in (None, "", "x", "٣", "12345678901234567890", "17 broadcast.7"):
        assert told_by(unreadable) is None


def test_the_same_changes_as_by_sync(
    committed_cast: Cast, phone: Callable[..., Phone], monkeypatch: pytest.MonkeyPatch
) -> None:
    # This process may remember another test's epoch; the server has read this one's.
    monkeypatch.setattr(import_module("realtime.epoch"), "_known", None)
    room = guardians_room(committed_cast.class_7a)
    for body in ("một", "hai"):
        say(committed_cast.lan, room, body)
    hoa = phone(committed_cast.hoa)
    hoa.epoch = phone(committed_cast.hoa).poll()["epoch"]
    asked = {"epoch": hoa.epoch, "rooms": {str(room.pk): 1}}
    polled = hoa.ask(asked)[1]
    synced = signed_in(committed_cast, "hoa").post("/api/sync", asked, content_type="application/json").json()
    assert {name: polled[name] for name in synced} == synced
    assert Room.objects.get(pk=room.pk).head == polled["heads"][str(room.pk)]
