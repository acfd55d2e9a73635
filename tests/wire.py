"""The server from outside: real `serve` processes, and sockets as the app opens them."""

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Self

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from registry.models import Device, Person
from registry.sessions import hash_of
from tests import services
from tests.cast import Cast

ROOT = Path(__file__).resolve().parent.parent


def session_for(cast: Cast, person: Person, *, language: str = "vi") -> str:
    """The session key of a browser in which this person is signed in."""
    account = cast.account(person)
    account.language = language
    account.save(update_fields=["language"])
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(account.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = account.get_session_auth_hash()
    store.create()
    store.save()
    Device.objects.create(account=account, session_hash=hash_of(store.session_key))
    return str(store.session_key)


class Server:
    """A running `serve` process on the test database."""

    def __init__(self, process: services.Process, port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self.log = log
        self.url = f"http://127.0.0.1:{port}"

    def socket(self, session: str | None = None, *, hello: bool = True, **options: Any) -> "Socket":
        """A socket with this session's cookie; its hello read, unless told otherwise."""
        return Socket(self.port, session, hello=hello, **options)

    def stop(self, *, by: signal.Signals = signal.SIGTERM, seconds: float = 15) -> int:
        """End the process; its exit status."""
        return services.stop(self.process, by=by, seconds=seconds)

    def said(self) -> str:
        """What the process has written so far."""
        return self.log.read_text()


def start_server(*, redis_url: str = "", **environment: str) -> Server:
    """Start `manage.py serve` on the test database and wait until it listens."""
    folder = tempfile.mkdtemp(prefix="tt-serve-")
    about = {"DATABASE_URL": database_url(), "DATA_DIR": folder, "REDIS_URL": redis_url, **environment}
    return _start(services.free_port(), is_forked=True, **about)


def start_server_on(port: int) -> Server:
    """The same on this port, whoever may hold it."""
    return _start(port, DATABASE_URL=database_url(), DATA_DIR=tempfile.mkdtemp(prefix="tt-serve-"), REDIS_URL="")


def start_embedded(folder: str) -> Server:
    """Start `manage.py serve` as on a bare machine: SQLite in this folder, nothing else."""
    return _start(services.free_port(), DATABASE_URL=f"sqlite:///{folder}/own.sqlite3", DATA_DIR=folder, REDIS_URL="")


def _start(port: int, *, seconds: float = 60, is_forked: bool = False, **environment: str) -> Server:
    log = Path(tempfile.mkdtemp(prefix="tt-log-")) / "log"
    command = [str(ROOT / "manage.py"), "serve", "--port", str(port)]
    # The origin that sockets of tests name, and the one that real browsers have.
    origins = f"http://127.0.0.1:8000,http://127.0.0.1:{port}"
    env = {**os.environ, "PUBLIC_URL": "http://127.0.0.1:8000", "ORIGINS": origins, **environment}
    if is_forked:
        process: services.Process = services.fork(command, log, env=env)
    else:
        process = services.start([sys.executable, *command], log, cwd=ROOT, env=env)
    server = Server(process, port, log)
    deadline = time.monotonic() + seconds
    while f"Listening on http://127.0.0.1:{port}" not in server.said():
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"serve did not start:\n{server.said()}")
        time.sleep(0.05)
    return server


def database_url() -> str:
    """The test database, as another process reaches it."""
    found = settings.DATABASES["default"]
    if found["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{found['NAME']}"
    return f"postgres://{found['USER']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


@contextmanager
def serving(**options: Any) -> Iterator[Server]:
    """A server that is ended, by its pid, when the block is left."""
    server = start_server(**options)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    """One process on the test database, without Redis."""
    with serving() as running:
        yield running


class Socket:
    """What the app does with its socket: orders get their answers, events wait until asked for."""

    def __init__(
        self,
        port: int,
        session: str | None,
        *,
        hello: bool = True,
        origin: str = "http://127.0.0.1:8000",
        extra: dict[str, str] | None = None,
        **options: Any,
    ) -> None:
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"} if session else {}
        headers |= extra or {}
        self.connection: ClientConnection = connect(
            f"ws://127.0.0.1:{port}/ws", origin=origin, additional_headers=headers, compression=None, legacy=True,  # type: ignore[arg-type]
            max_size=4 << 20, proxy=None, ping_interval=None, **options,
        )  # fmt: skip
        self._events: list[dict[str, Any]] = []
        self._answers: dict[int | None, dict[str, Any]] = {}
        self._ref = 0
        self.hello = self.next_event("hello") if hello else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave as a closed tab does."""
        self.connection.close()

    def send_text(self, text: str | bytes) -> None:
        """Any frame at all."""
        self.connection.send(text)

    def send(self, type_: str, **fields: Any) -> int:
        """An order; its ref."""
        self._ref += 1
        self.send_text(json.dumps({"type": type_, "ref": self._ref, **fields}, ensure_ascii=False))
        return self._ref

    def answer(self, ref: int | None, *, seconds: float = 10) -> dict[str, Any]:
        """The ok or refused frame for this ref."""
        deadline = time.monotonic() + seconds
        while ref not in self._answers:
            self._read(deadline - time.monotonic())
        return self._answers.pop(ref)

    def ask(self, type_: str, *, seconds: float = 5, **fields: Any) -> dict[str, Any]:
        """An order and its answer."""
        return self.answer(self.send(type_, **fields), seconds=seconds)

    def next_event(self, type_: str, *, seconds: float = 10) -> dict[str, Any]:
        """The oldest event of this type that was not asked for yet; others stay."""
        deadline = time.monotonic() + seconds
        while True:
            for event in self._events:
                if event["type"] == type_:
                    self._events.remove(event)
                    return event
            self._read(deadline - time.monotonic())

    def expect_nothing(self, type_: str | None = None, *, seconds: float = 1) -> None:
        """Nothing (or no such event) comes within so many seconds, or until the server closes; heartbeats do not count."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                self._read(left)
            except (TimeoutError, ConnectionClosed):
                break
        found = [event for event in self._events if event["type"] != "heartbeat" and type_ in {None, event["type"]}]
        assert not found, found

    def close_code(self, *, seconds: float = 10) -> int:
        """Read until the server closes; its close code (1006 when it just went away)."""
        deadline = time.monotonic() + seconds
        try:
            while True:
                self._read(deadline - time.monotonic())
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    def _read(self, seconds: float) -> None:
        frame = json.loads(self.connection.recv(timeout=max(seconds, 0.001)))
        if frame["type"] in {"ok", "refused"}:
            self._answers[frame["ref"]] = frame
        else:
            self._events.append(frame)
