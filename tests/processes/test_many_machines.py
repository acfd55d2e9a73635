"""What docker-compose.yml runs, run here: two servers and a delivery worker on PostgreSQL and Redis."""

import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from delivery.models import Dispatch
from rooms.models import Message, Room
from tests import services
from tests.cast import Cast
from tests.wire import ROOT, Server, database_url, serving, session_for

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
CANARY = "Sáng mai lớp mình đi dã ngoại ở đồi chè"


@pytest.fixture
def redis_url() -> str:
    return services.start_redis()


@contextmanager
def delivering(redis_url: str) -> Iterator["subprocess.Popen[bytes]"]:
    """The compose file's own deliver command, on the test database."""
    folder = Path(tempfile.mkdtemp(prefix="tt-deliver-"))
    env = {**os.environ, "DATABASE_URL": database_url(), "REDIS_URL": redis_url, "DATA_DIR": str(folder)}
    worker = services.start(command_of("deliver"), folder / "log", cwd=ROOT, env=env)
    try:
        yield worker
    finally:
        assert services.stop(worker, by=signal.SIGTERM) == 0, (folder / "log").read_text()


def command_of(service: str) -> list[str]:
    """What compose runs in this service, with this interpreter."""
    program, *rest = shlex.split(COMPOSE["services"][service]["command"])
    assert program == "python"
    return [sys.executable, *rest]


@pytest.fixture
def two(committed_cast: Cast, redis_url: str) -> Iterator[tuple[Server, Server]]:
    with serving(redis_url=redis_url) as one, serving(redis_url=redis_url) as other:
        yield one, other


def post(cast: Cast, where: Server, room: int, body: str) -> dict[str, object]:
    """Lan writes into the room on this server."""
    with where.socket(session_for(cast, cast.lan)) as lan:
        answer = lan.ask("message.post", room=room, client_message_id=str(uuid.uuid4()), body=body)
    assert answer["type"] == "ok", answer
    return answer


def test_compose_serves_with_the_command_that_the_tests_start() -> None:
    assert command_of("serve")[1:3] == ["manage.py", "serve"]
    assert command_of("migrate")[1:3] == ["manage.py", "migrate"]
    environment = COMPOSE["services"]["serve"]["environment"]
    assert {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "LAYER_KEY", "PUBLIC_URL"} <= environment.keys()


def test_two_people_on_two_processes_chat(committed_cast: Cast, two: tuple[Server, Server], redis_url: str) -> None:
    cast, (one, other) = committed_cast, two
    room = Room.objects.get(kind="guardians", school_class=cast.class_7a).pk
    with (
        delivering(redis_url),
        one.socket(session_for(cast, cast.lan)) as lan,
        other.socket(session_for(cast, cast.hoa)) as hoa,
        other.socket(session_for(cast, cast.quang)) as quang,
    ):
        asked = lan.ask("message.post", room=room, client_message_id=str(uuid.uuid4()), body="Mai các con mang áo mưa")
        assert asked["type"] == "ok"
        assert hoa.next_event("message.posted")["message"]["body"] == "Mai các con mang áo mưa"
        hoa.ask("message.post", room=room, client_message_id=str(uuid.uuid4()), body="Vâng, cảm ơn cô")
        bodies = [lan.next_event("message.posted")["message"]["body"] for _ in range(2)]
        assert bodies == ["Mai các con mang áo mưa", "Vâng, cảm ơn cô"]
        quang.expect_nothing("message.posted")
        # The worker, a third process, takes up what both posts asked for.
        deadline = time.monotonic() + 30
        while Dispatch.objects.filter(done_at=None).exists():
            assert time.monotonic() < deadline, "the worker did not take up the dispatches"
            time.sleep(0.2)


def test_redis_sees_no_text(committed_cast: Cast, two: tuple[Server, Server], redis_url: str) -> None:
    cast, (one, other) = committed_cast, two
    room = Room.objects.get(kind="guardians", school_class=cast.class_7a).pk
    with monitoring(redis_url) as seen, other.socket(session_for(cast, cast.hoa)) as hoa:
        post(cast, one, room, CANARY)
        assert hoa.next_event("message.posted")["message"]["body"] == CANARY
    text = b"".join(seen)
    assert b"PUBLISH" in text.upper(), "the monitor saw nothing, so this proves nothing"
    for secret in (CANARY, cast.lan.name, "message.posted"):
        assert secret.encode() not in text
        assert secret.encode("unicode_escape") not in text


@contextmanager
def monitoring(redis_url: str) -> Iterator[list[bytes]]:
    """All that Redis is told inside the block."""
    port = urlsplit(redis_url).port
    seen: list[bytes] = []
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(b"MONITOR\r\n")
        line.settimeout(0.5)
        stop = threading.Event()

        def read() -> None:
            while not stop.is_set():
                try:
                    seen.append(line.recv(1 << 16))
                except TimeoutError:
                    continue

        reader = threading.Thread(target=read)
        reader.start()
        try:
            yield seen
            time.sleep(0.5)
        finally:
            stop.set()
            reader.join()


def test_a_room_survives_the_loss_of_redis(committed_cast: Cast) -> None:
    cast = committed_cast
    port = services.free_port()
    redis_url = services.start_redis(port)
    redis = services.STARTED[-1]
    room = Room.objects.get(kind="guardians", school_class=cast.class_7a).pk
    with (
        serving(redis_url=redis_url) as one,
        serving(redis_url=redis_url) as other,
        other.socket(session_for(cast, cast.hoa)) as hoa,
    ):
        post(cast, one, room, "trước")
        assert hoa.next_event("message.posted")["message"]["body"] == "trước"
        services.stop(redis, by=signal.SIGKILL)
        post(cast, one, room, "trong lúc mất Redis")
        event = hoa.next_event("message.posted", seconds=15)
        assert event["message"]["body"] == "trong lúc mất Redis"
        services.start_redis(port)
        post(cast, one, room, "sau")
        assert hoa.next_event("message.posted", seconds=15)["message"]["body"] == "sau"
    assert list(Message.objects.filter(room=room).order_by("seq").values_list("seq", flat=True)) == [1, 2, 3]
