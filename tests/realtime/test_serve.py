"""Whole `serve` processes: floods, slow readers, two of them on Redis, Redis away, and an orderly end."""

import json
import random
import signal
import socket as sockets
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import F

from rooms.actions import post_message
from rooms.models import Member, Message, Room
from tests import services, wire
from tests.cast import Cast
from tests.wire import Server, Socket, serving, session_for

pytestmark = pytest.mark.django_db(transaction=True)


def guardians_room(cast: Cast) -> Room:
    return Room.objects.get(kind="guardians", school_class=cast.class_7a)


def post(socket: Socket, room: Room, body: str, *, seconds: float = 5) -> dict[str, Any]:
    answer = socket.ask("message.post", room=room.pk, client_message_id=str(uuid.uuid4()), body=body, seconds=seconds)
    assert answer["type"] == "ok", answer
    return answer


def heard(socket: Socket, *, seconds: float = 5) -> str:
    return socket.next_event("message.posted", seconds=seconds)["message"]["body"]


def test_5000_odd_frames_leave_no_trace_and_disturb_nobody(server: Server, committed_cast: Cast) -> None:
    room = guardians_room(committed_cast)
    strange_room = Room.objects.get(kind="guardians", school_class=committed_cast.class_7c)
    healthy = server.socket(session_for(committed_cast, committed_cast.hoa))
    session = session_for(committed_cast, committed_cast.lan)
    chance = random.Random(7)
    slowest = 0.0
    sent = 0
    while sent < 5_000:
        with server.socket(session, hello=False) as fuzzer:
            for _ in range(chance.randint(1, 60)):
                sent += 1
                try:
                    fuzzer.send_text(odd_frame(chance, strange_room.pk))
                except wire.ConnectionClosed:
                    break
        if sent % 5 == 0:
            began = time.monotonic()
            assert healthy.ask("ping")["type"] == "ok"
            slowest = max(slowest, time.monotonic() - began)
            time.sleep(0.03)
    assert slowest < 1.0
    post(healthy, room, "vẫn ở đây")
    assert "Traceback" not in server.said(), server.said()[-4_000:]
    assert not Message.objects.filter(room=strange_room).exists()


def odd_frame(chance: random.Random, room: int) -> str | bytes:
    """A frame that a broken or hostile client might send."""
    order: dict[str, Any] = {
        "type": "message.post",
        "ref": 1,
        "room": room,
        "client_message_id": str(uuid.uuid4()),
        "body": "x",
    }
    text = json.dumps(order)
    cut = chance.randrange(len(text))
    return chance.choice([
        text,
        text[:cut],
        text[:cut] + chr(chance.randrange(32, 0xD7FF)) + text[cut:],
        json.dumps({**order, chance.choice(list(order)): chance.choice([None, [], {}, "", -1, 2**70, 1e300, "x" * 999, True])}),
        json.dumps({**order, "type": chance.choice(["websocket.close", "hub.cut", "__init__", "message_post", "room.resume"])}),
        "[" * chance.randrange(9_000),
        chance.randbytes(chance.randrange(300)),
        "x" * chance.randrange(60_000),
        json.dumps({"type": "room.resume", "ref": 1, "epoch": "x", "rooms": {chance.randrange(10**9): chance.getrandbits(60)}}),
        json.dumps({"type": "message.read", "ref": 1, "room": room, "read_seq": chance.randrange(10**18)}),
    ])  # fmt: skip


def test_a_frame_over_64_kib_ends_its_socket(server: Server, committed_cast: Cast) -> None:
    socket = server.socket(session_for(committed_cast, committed_cast.hoa))
    socket.send_text("x" * 65_537)
    assert socket.close_code() in {1006, 1009}


def test_a_flood_of_frames_is_closed(server: Server, committed_cast: Cast) -> None:
    socket = server.socket(session_for(committed_cast, committed_cast.hoa))
    with pytest.raises(wire.ConnectionClosed) as closed:  # noqa: PT012
        for _ in range(3_000):
            socket.send("ping")
        socket.next_event("never")
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4029


def test_a_reader_that_does_not_read_is_closed_and_the_others_are_not_disturbed(
    server: Server, committed_cast: Cast
) -> None:
    room = guardians_room(committed_cast)
    dung = server.socket(session_for(committed_cast, committed_cast.dung))
    deaf = deaf_socket(server, session_for(committed_cast, committed_cast.hoa))
    body = "đ" * 3_900
    for _ in range(12):
        for _ in range(100):
            post_message(committed_cast.lan, room.pk, body=body, client_message_id=uuid.uuid4())
        assert [heard(dung) for _ in range(100)] == [body] * 100
        if is_gone(deaf):
            break
    else:
        pytest.fail("the deaf socket was never closed")
    assert dung.ask("ping")["type"] == "ok"
    deaf.close()


def deaf_socket(server: Server, session: str) -> sockets.socket:
    """A signed-in socket that reads its handshake and then nothing, with a small window."""
    found = sockets.socket()
    found.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4_096)
    found.connect(("127.0.0.1", server.port))
    found.sendall(
        f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nOrigin: http://127.0.0.1:8000\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: sid={session}\r\n\r\n".encode()
    )
    assert b" 101 " in found.recv(200)
    return found


def is_gone(socket: sockets.socket) -> bool:
    """True if the server has ended this TCP connection (a peer's reset shows on the next write)."""
    try:
        socket.send(b"\x8a\x80\x00\x00\x00\x00")
    except OSError:
        return True
    return False


def test_a_signal_ends_it_in_order(server: Server, committed_cast: Cast) -> None:
    """A request in flight is answered, sockets are told when to come back, nothing new is taken."""
    room = guardians_room(committed_cast)
    hoa = server.socket(session_for(committed_cast, committed_cast.hoa))
    session = session_for(committed_cast, committed_cast.lan)
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            list(Room.objects.select_for_update().filter(pk=room.pk))
            # Posting waits for the room's lock, which is held here.
            request = threads.submit(post_over_http, server, session, room)
            time.sleep(1)
            began = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            assert hoa.close_code() == 4012
            with pytest.raises(ConnectionRefusedError):
                sockets.create_connection(("127.0.0.1", server.port))
            assert not request.done()
        assert request.result(5) == 201
    assert server.process.wait(10) == 0
    assert time.monotonic() - began < 10
    assert Message.objects.filter(room=room).count() == 1


def post_over_http(server: Server, session: str, room: Room) -> int:
    """The status of a post by REST."""
    request = urllib.request.Request(
        f"{server.url}/api/rooms/{room.pk}/messages",
        json.dumps({"client_message_id": str(uuid.uuid4()), "body": "trước khi dừng"}).encode(),
        {"Content-Type": "application/json", "Cookie": f"sid={session}; csrf={'c' * 32}", "X-CSRFToken": "c" * 32},
    )
    with urllib.request.urlopen(request, timeout=15) as answer:
        return int(answer.status)


def test_a_taken_port_is_said_and_fails(server: Server) -> None:
    with pytest.raises(AssertionError, match="Cannot listen"):
        wire.start_server_on(server.port)


def test_readiness_is_answered(server: Server) -> None:
    with urllib.request.urlopen(f"{server.url}/readyz") as answer:
        assert json.load(answer)["ready"] is True


def test_the_next_message_misses_one_who_was_removed_even_if_nobody_is_told(
    server: Server, committed_cast: Cast
) -> None:
    """The member row and the roster number change in one transaction; refresh_access is never sent."""
    room = guardians_room(committed_cast)
    lan = server.socket(session_for(committed_cast, committed_cast.lan))
    hoa = server.socket(session_for(committed_cast, committed_cast.hoa))
    dung = server.socket(session_for(committed_cast, committed_cast.dung))
    post(lan, room, "cho cả hai")
    assert heard(hoa) == heard(dung) == "cho cả hai"
    with transaction.atomic():
        Member.objects.filter(room=room, person=committed_cast.hoa).delete()
        Room.objects.filter(pk=room.pk).update(roster=F("roster") + 1)
    post(lan, room, "chỉ cho Dũng")
    assert heard(dung) == "chỉ cho Dũng"
    assert room.pk not in hoa.next_event("access.changed")["rooms"]
    hoa.expect_nothing("message.posted", seconds=3)


def test_what_no_hint_brought_is_delivered_by_the_watch(server: Server, committed_cast: Cast) -> None:
    """A message is written by this process, which has no hub: what a crash between commit and hint looks like."""
    room = guardians_room(committed_cast)
    hoa = server.socket(session_for(committed_cast, committed_cast.hoa))
    post_message(committed_cast.lan, room.pk, body="từ nơi khác", client_message_id=uuid.uuid4())
    assert heard(hoa, seconds=3) == "từ nơi khác"


# Several processes need PostgreSQL; the embedded default refuses to be several.
if not settings.ON_SQLITE:

    class TestTwoProcesses:
        """The set-up that schools grow into: several `serve`, one Redis."""

        @pytest.fixture
        def redis(self) -> Iterator["subprocess.Popen[bytes]"]:
            self.redis_url = services.start_redis()
            process = services.STARTED[-1]
            yield process
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
            services.stop(process)

        @pytest.fixture
        def both(self, transactional_db: None, redis: "subprocess.Popen[bytes]") -> Iterator[tuple[Server, Server]]:
            with ExitStack() as stack:
                yield (
                    stack.enter_context(serving(redis_url=self.redis_url)),
                    stack.enter_context(serving(redis_url=self.redis_url)),
                )

        def test_they_deliver_to_each_other_at_once(self, both: tuple[Server, Server], committed_cast: Cast) -> None:
            room = guardians_room(committed_cast)
            lan = both[0].socket(session_for(committed_cast, committed_cast.lan))
            hoa = both[1].socket(session_for(committed_cast, committed_cast.hoa))
            time.sleep(0.5)
            waits = []
            for number in range(10):
                began = time.monotonic()
                post(lan, room, f"tin {number}")
                assert heard(hoa) == f"tin {number}"
                assert heard(lan) == f"tin {number}"
                waits.append(time.monotonic() - began)
            # Slower would mean that the watch brought it.
            assert sorted(waits)[5] < 0.5, waits
            post(hoa, room, "và ngược lại")
            assert heard(lan, seconds=1) == "và ngược lại"

        def test_redis_killed_costs_no_post_no_socket_and_no_message(
            self, both: tuple[Server, Server], redis: "subprocess.Popen[bytes]", committed_cast: Cast
        ) -> None:
            room = guardians_room(committed_cast)
            lan = both[0].socket(session_for(committed_cast, committed_cast.lan))
            hoa = both[1].socket(session_for(committed_cast, committed_cast.hoa))
            post(lan, room, "trước")
            assert heard(hoa) == "trước"
            port = int(self.redis_url.rsplit(":", 1)[1].split("/")[0])
            redis.kill()
            redis.wait(5)
            for number in range(5):
                began = time.monotonic()
                post(lan, room, f"không có Redis {number}", seconds=1)
                assert heard(hoa, seconds=4) == f"không có Redis {number}"
                assert time.monotonic() - began < 3
            services.start_redis(port)
            time.sleep(8)
            waits = []
            for number in range(5):
                began = time.monotonic()
                post(lan, room, f"lại có Redis {number}")
                assert heard(hoa) == f"lại có Redis {number}"
                waits.append(time.monotonic() - began)
            assert sorted(waits)[2] < 0.5, waits
            assert lan.ask("ping")["type"] == hoa.ask("ping")["type"] == "ok"

        def test_redis_open_and_mute_delays_no_answer(
            self, both: tuple[Server, Server], redis: "subprocess.Popen[bytes]", committed_cast: Cast
        ) -> None:
            room = guardians_room(committed_cast)
            lan = both[0].socket(session_for(committed_cast, committed_cast.lan))
            hoa = both[1].socket(session_for(committed_cast, committed_cast.hoa))
            post(lan, room, "trước")
            assert heard(hoa) == "trước"
            redis.send_signal(signal.SIGSTOP)
            ends_at = time.monotonic() + 30
            number = 0
            while time.monotonic() < ends_at:
                number += 1
                began = time.monotonic()
                post(lan, room, f"câm {number}")
                assert time.monotonic() - began < 1
                assert heard(hoa, seconds=4) == f"câm {number}"
            redis.send_signal(signal.SIGCONT)
            time.sleep(6)
            post(lan, room, "hết câm")
            assert heard(hoa) == "hết câm"
            hoa.expect_nothing("message.posted", seconds=2)


def test_a_second_embedded_process_on_one_folder_refuses_to_start(tmp_path: Any) -> None:
    folder = str(tmp_path)
    first = wire.start_embedded(folder)
    try:
        with pytest.raises(AssertionError, match="one process"):
            wire.start_embedded(folder)
    finally:
        assert first.stop(by=signal.SIGINT) == 0
    wire.start_embedded(folder).stop()
