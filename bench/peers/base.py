"""What every peer has in common."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from bench.generator.client import Client, Dialect
from bench.generator.frames import upgrade
from bench.processes import Running, cpu_seconds, resident_kib


class Missing(Exception):
    """The peer is not on this machine; the text is what to type."""


class Serving:
    """A peer that runs."""

    def __init__(self, name: str, dialect: Dialect, port: int, running: Running, *others: int) -> None:
        self.name = name
        self.dialect = dialect
        self.port = port
        self.running = running
        self.pids = [running.pid, *others]

    def cpu_seconds(self) -> float:
        """Of all its processes."""
        return cpu_seconds(self.pids)

    def resident_kib(self) -> int:
        """Memory of the server alone."""
        return resident_kib([self.running.pid])


class Peer(Protocol):
    """A server to compare with."""

    name: str

    def version(self) -> str:
        """Its parts with their versions; Missing if it is not here."""

    def serving(self, folder: Path) -> contextlib.AbstractContextManager[Serving]:
        """Start it with its files in this folder."""


class Plain:
    """What the simplest peers speak: a room in the path, whatever the server sends is a message."""

    joins_by_upgrade = True
    mark = b"~#"
    path = "/"

    def upgrade(self, client: Client) -> bytes:
        """The room is part of the address."""
        return upgrade(f"{self.path}{client.room}/", headers={"Origin": "http://127.0.0.1:8000"})

    def opened(self, _client: Client) -> bytes:
        """Nothing to say."""
        return b""

    def join(self, _client: Client, _text: bytes) -> bytes:
        """Nothing comes before the socket is open."""
        return b""

    def heard(self, _client: Client, _text: bytes) -> bytes:
        """Nothing else comes."""
        return b""

    def heartbeat(self) -> bytes:
        """Nothing is asked for."""
        return b""


def strangers(count: int, *, room_size: int | None = None) -> list[dict[str, Any]]:
    """People for servers that know nobody: a number and a room."""
    size = room_size or count
    return [{"number": number, "room": f"room{number // size}"} for number in range(count)]


@contextlib.contextmanager
def started(running: Running) -> Iterator[Running]:
    """The process, ended afterwards."""
    try:
        yield running
    finally:
        running.stop()
