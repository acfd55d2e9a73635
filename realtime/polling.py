"""A long poll as the hub sees it: a connection whose transport keeps events and rings. For those whose network lets no
socket through; what rooms have to tell is read from the database when it has rung, here is only the waiting."""

import asyncio
import time
from collections.abc import Callable, Collection, Coroutine, Mapping
from typing import Any, NamedTuple, Self

import msgspec

from realtime.closing import Close
from realtime.commands import Somebody
from realtime.connection import Connection
from realtime.errors import Unavailable
from realtime.frame import Frame
from realtime.hub import Hub
from realtime.standing import wire_id
from realtime.topics import audiences
from realtime.watch import RECENT

LONGEST_WAIT = 25.0
# A client that was away for longer may have missed what the mark cannot tell: well below RECENT, for a slow line.
MARK_LASTS = 45.0
MOST_EVENTS = 200
POLLS_A_SECOND = 2.0
POLLS_AT_ONCE = 20.0
PEOPLE_REMEMBERED = 10_000


class _Said(msgspec.Struct):
    """What the transport must know of a frame."""

    type: str
    rev: int | None = None
    retry_after: float | None = None


class PollTransport:
    """Where the hub's frames for one poll go: kept until it answers."""

    __slots__ = ("closed_by", "hello", "retry_after", "rung", "texts")

    def __init__(self) -> None:
        self.hello: dict[str, Any] = {}
        self.texts: list[str] = []
        self.rung = asyncio.Event()
        self.closed_by: Close | None = None
        self.retry_after: float | None = None

    def write(self, frame: Frame) -> int:
        """Keep the frame. Those with a rev only ring: their rooms are caught up with, in order and in full."""
        said = msgspec.json.decode(frame.text, type=_Said)
        match said.type:
            case "hello":
                self.hello = msgspec.json.decode(frame.text)
            case "heartbeat":
                # The answer tells all heads.
                pass
            case "closing":
                self.retry_after = said.retry_after
            case _:
                if said.rev is None and len(self.texts) < MOST_EVENTS:
                    self.texts.append(frame.text)
                self.rung.set()
        return 0

    def close(self, code: int) -> None:
        """Ring, with the reason."""
        self.closed_by = Close(code)
        self.rung.set()

    def listen(self, take: Callable[[str | None], None]) -> None:
        """A poll says nothing after its beginning."""


class Poll:
    """One request that waits. Entered, it is known to the hub like a socket: the same limits, the same rights."""

    def __init__(self, hub: Hub, person: Somebody, *, session_hash: str, language: str) -> None:
        self.transport = PollTransport()
        self._hub = hub
        self._connection = Connection(
            person,
            self.transport,
            session_hash=session_hash,
            language=language,
            now=hub.loop.time(),
        )

    async def __aenter__(self) -> Self:
        if not await self._hub.arrivals.admit(self._connection):
            raise Unavailable(retry_after=2)
        return self

    async def __aexit__(self, *error: object) -> None:
        self._hub.leave(self._connection)

    def end(self, code: Close) -> None:
        """As the server ends a socket."""
        self._hub.close(self._connection, code)

    def is_behind(self, epoch: str, revs: Mapping[int, int]) -> bool:
        """True if a client that stands there has something to be told now: of a room that it names, or one that it does
        not name."""
        if epoch != self.transport.hello["epoch"] or self.transport.rung.is_set():
            return True
        heads = self.heads()
        return any(revs.get(int(name), -1) < head for name, head in heads.items()) or not revs.keys() <= {
            *map(int, heads)
        }

    def heads(self) -> dict[str, int]:
        """Every topic that the person may follow now, and where it stands."""
        told = self.transport.hello["heads"]
        return {
            name: max(told.get(name, 0), topic.newest)
            for name, topic in ((wire_id(full), topic) for full, topic in self._connection.topics.items())
        }

    async def wait(self, seconds: float, gone: Coroutine[Any, Any, None]) -> bool:
        """Until something happens, or the time is up. False if the client went away (`gone` returned)."""
        rung, left = asyncio.ensure_future(self.transport.rung.wait()), asyncio.ensure_future(gone)
        try:
            await asyncio.wait({rung, left}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            return not left.done()
        finally:
            rung.cancel()
            left.cancel()


class Lately(NamedTuple):
    """What was published lately to audiences: the events that a person has not been told of, by name; the texts of those
    that they have, which the hub may only hear of now; and what to name next time."""

    untold: dict[str, str]
    told: set[str]
    asked: list[str]


def lately(person_pk: int, told: Collection[str]) -> Lately:
    """As `told` names it, for this person. Needs a database thread."""
    found = Lately({}, set(), [])
    for name, audience in audiences.items():
        for subject, text in audience.recent(RECENT) if audience.recent else ():
            found.asked.append(subject_name := f"{name}.{subject}")
            if subject_name in told:
                found.told.add(text)
            elif person_pk in audience.finder(subject, [person_pk]):
                found.untold[subject_name] = text
    return found


def mark_of(asked: Collection[str]) -> str:
    """What a client brings back with its next poll, so that nothing is told twice and nothing between two polls is lost."""
    return " ".join([str(int(time.time())), *asked])


def told_by(mark: str | None) -> set[str] | None:
    """What a client with this mark has been told of; None if it must begin anew."""
    at, *told = (mark or "").split(" ")
    if not (at.isascii() and at.isdigit() and len(at) < 12) or abs(time.time() - int(at)) > MARK_LASTS:
        return None
    return set(told)


class Pace:
    """How often each person may ask: so often a second on average, so often in a burst."""

    def __init__(self, *, a_second: float = POLLS_A_SECOND, at_once: float = POLLS_AT_ONCE) -> None:
        self._a_second, self._at_once = a_second, at_once
        self._people: dict[int, tuple[float, float]] = {}

    def take(self, person_pk: int, now: float) -> float:
        """0 if this person may ask now; otherwise how many seconds to wait."""
        left, at = self._people.pop(person_pk, (self._at_once, now))
        left = min(self._at_once, left + (now - at) * self._a_second)
        wait = 0.0 if left >= 1.0 else (1.0 - left) / self._a_second
        self._people[person_pk] = (left if wait else left - 1.0, now)
        if len(self._people) > PEOPLE_REMEMBERED:
            del self._people[next(iter(self._people))]
        return wait
