"""A topic owner, orders and transports for tests of the hub alone: no rooms, no database, no network."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from realtime import Event
from realtime.closing import Close
from realtime.connection import Connection
from realtime.frame import Frame
from realtime.hub import Hub
from realtime.topics import Missed


class Said(Event, tag="toy.said", tag_field="type"):
    """Something was said on a toy topic."""

    rev: int
    what: str


@dataclass
class Person:
    """Has a key, which is all that sockets know of a person."""

    pk: int


@dataclass
class ToyOwner:
    """Owns "toy.1": who may follow is a plain dict, what was said a plain list."""

    prefix: str = "toy"
    members: dict[str, set[int]] = field(default_factory=dict)
    rosters: dict[str, int] = field(default_factory=dict)
    said: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    # Calls that fail before the next answer: a database that is away.
    failures: list[Exception] = field(default_factory=list)

    def topics_for(self, person_pks: Collection[int]) -> dict[int, set[str]]:
        self._ask("topics_for")
        return {pk: {topic for topic, members in self.members.items() if pk in members} for pk in person_pks}

    def heads(self, topics: Collection[str]) -> dict[str, int]:
        self._ask("heads")
        return {topic: self.head(topic) for topic in topics if topic in self.members}

    def changes_since(self, topic: str, rev: int) -> Iterator[Missed]:
        self._ask("changes_since")
        for its_rev, what in self.said.get(topic, []):
            if its_rev > rev:
                text = Said(rev=its_rev, what=what).encode(topic)
                yield Missed(rev=its_rev, roster=self.rosters.get(topic, 0), text=text)

    def roster(self, topic: str, people: Collection[int]) -> tuple[int, set[int]]:
        self._ask("roster")
        return self.rosters.get(topic, 0), self.members.get(topic, set()) & set(people)

    def head(self, topic: str) -> int:
        return max((rev for rev, _what in self.said.get(topic, [])), default=0)

    def say(self, topic: str, what: str) -> dict[str, Any]:
        """Store it; the frame that a publish would hand to the hub."""
        rev = self.head(topic) + 1
        self.said.setdefault(topic, []).append((rev, what))
        text = Said(rev=rev, what=what).encode(topic)
        return {"type": "hub.frame", "topic": topic, "text": text, "rev": rev, "roster": self.rosters.get(topic, 0)}

    def remove(self, topic: str, pk: int) -> None:
        """End a right as rooms do: the member row and the roster number in one transaction."""
        self.members[topic].discard(pk)
        self.rosters[topic] = self.rosters.get(topic, 0) + 1

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.failures:
            raise self.failures.pop()


class Wire:
    """A transport that keeps what was written; `unread` is what its reader has not taken."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.code: int | None = None
        self.unread = 0

    def write(self, frame: Frame) -> int:
        import json

        self.frames.append(json.loads(frame.text))
        return self.unread

    def close(self, code: int) -> None:
        self.code = int(code)

    def heard(self, type_: str) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["type"] == type_]

    def said(self) -> list[str]:
        return [frame["what"] for frame in self.heard("toy.said")]


async def arrive(hub: Hub, pk: int, *, session: str = "") -> tuple[Connection, Wire]:
    """Person pk's new socket, greeted."""
    wire = Wire()
    connection = Connection(
        Person(pk), wire, session_hash=session or f"session-{pk}", language="vi", now=hub.loop.time()
    )
    if not await hub.arrivals.admit(connection):
        connection.close(Close.DEGRADED)
    return connection, wire
