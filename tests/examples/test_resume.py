"""The example client, as a process of its own, over lines that lose and servers that go: its view is whole, in order
and without repeats."""

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings

from rooms.catching_up import MOST_CHANGES
from rooms.models import Message, Room
from tests import services
from tests.cast import Cast
from tests.examples.lossy import LossyLine
from tests.rooms.conftest import guardians_room, say
from tests.wire import ROOT, Server, Socket, serving, session_for, start_server_on

pytestmark = pytest.mark.django_db(transaction=True)
EXAMPLE = ROOT / "docs/examples/client.py"


class Example:
    """The client in its own process."""

    def __init__(self, port: int, session: str) -> None:
        command = [
            sys.executable,
            str(EXAMPLE),
            f"http://127.0.0.1:{port}",
            f"{settings.SESSION_COOKIE_NAME}={session}",
        ]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "NO_PROXY": "*"},
        )  # fmt: skip

    def write(self, line: str) -> None:
        """A line to its standard input."""
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def view(self, room: Room) -> list[tuple[int, str]]:
        """Number and text of what it has of this room, in its order."""
        self.write("?")
        assert self.process.stdout
        kept: list[dict[str, Any]] = json.loads(self.process.stdout.readline()).get(str(room.pk), [])
        return [(message["seq"], message["body"]) for message in kept]

    def comes_to(self, room: Room, *, seconds: float = 45) -> None:
        """Wait until its view is the room's, to the letter."""
        truth = list(Message.objects.filter(room=room).order_by("seq").values_list("seq", "body"))
        deadline = time.monotonic() + seconds
        while (seen := self.view(room)) != truth:
            assert time.monotonic() < deadline, f"{len(seen)} of {len(truth)}: {self.said()}"
            time.sleep(0.2)

    def said(self) -> str:
        """Its complaints; ends it."""
        self.process.kill()
        return self.process.communicate()[1]


@pytest.fixture
def port() -> int:
    return services.free_port()


@pytest.fixture
def site(committed_cast: Cast, port: int) -> Iterator[Server]:
    """The server, knowing the line's address as an origin."""
    with serving(ORIGINS=f"http://127.0.0.1:8000,http://127.0.0.1:{port}") as running:
        yield running


@pytest.fixture
def example(committed_cast: Cast) -> Iterator[Callable[[int], Example]]:
    """example(port): Hoa's client of the server there."""
    started: list[Example] = []

    def start(port: int) -> Example:
        started.append(Example(port, session_for(committed_cast, committed_cast.hoa)))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.communicate()


def post(socket: Socket, room: Room, body: str) -> None:
    time.sleep(0.06)  # below 20 frames a second
    answer = socket.ask("message.post", room=room.pk, client_message_id=str(uuid.uuid4()), body=body)
    assert answer["type"] == "ok"


def test_the_example_is_short() -> None:
    assert len(EXAMPLE.read_text().splitlines()) <= 150


def test_its_view_is_whole_over_a_line_that_drops_doubles_and_breaks(
    committed_cast: Cast, site: Server, port: int, example: Callable[[int], Example]
) -> None:
    room = guardians_room(committed_cast.class_7a)
    line = LossyLine(site.port, port)
    hoa = example(port)
    with site.socket(session_for(committed_cast, committed_cast.lan)) as lan:
        post(lan, room, "đầu tiên")
        hoa.comes_to(room)
        line.loss = 0.6
        for number in range(60):
            post(lan, room, f"tin {number}")
            if number % 20 == 10:
                line.cut()
            if number % 15 == 5:
                hoa.write(f"{room.pk} trả lời {number}")
        line.cut()
        hoa.write(f"{room.pk} viết khi đứt")
        for number in range(20):
            post(lan, room, f"lúc đứt {number}")
    assert line.drops > 0
    assert line.doubles > 0
    deadline = time.monotonic() + 40
    while Message.objects.filter(room=room, author=committed_cast.hoa).count() < 5:
        assert time.monotonic() < deadline, hoa.said()
        time.sleep(0.2)
    # What was dropped last, and nothing after it shows: the heartbeat's heads do.
    hoa.comes_to(room)
    assert Message.objects.filter(room=room, author=committed_cast.hoa).count() == 5
    line.close()


def test_its_view_is_whole_after_the_server_was_restarted(
    committed_cast: Cast, example: Callable[[int], Example]
) -> None:
    port, room = services.free_port(), guardians_room(committed_cast.class_7a)
    server = start_server_on(port)
    hoa = example(port)
    say(committed_cast.lan, room, "trước")
    hoa.comes_to(room)
    server.stop()
    say(committed_cast.lan, room, "giữa")
    hoa.write(f"{room.pk} viết khi máy chủ nghỉ")
    server = start_server_on(port)
    try:
        deadline = time.monotonic() + 40
        while not Message.objects.filter(room=room, author=committed_cast.hoa).exists():
            assert time.monotonic() < deadline, hoa.said()
            time.sleep(0.2)
        hoa.comes_to(room)
        assert Message.objects.filter(room=room).count() == 3
    finally:
        server.stop()


def test_who_missed_too_much_begins_the_room_again(
    committed_cast: Cast, server: Server, example: Callable[[int], Example]
) -> None:
    room = guardians_room(committed_cast.class_7a)
    for number in range(MOST_CHANGES + 20):
        say(committed_cast.lan, room, f"tin {number}")
    example(server.port).comes_to(room)


def test_who_is_signed_out_stays_away(server: Server) -> None:
    nobody = Example(server.port, "khong-phai-phien")
    assert nobody.process.wait(timeout=20) == 1
    assert "sign in again" in nobody.process.communicate()[1]
