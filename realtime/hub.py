"""Topics to sockets in this process. One layer channel for all of it, however many sockets there are (decision 7)."""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable
from typing import Any

from realtime import access, outlet
from realtime.arrivals import Arrivals
from realtime.closing import Close
from realtime.connection import Connection
from realtime.fanout import FanOut
from realtime.faults import log_bug
from realtime.frame import Frame
from realtime.groups import Groups
from realtime.keepalive import KeepAlive
from realtime.limits import FOLLOWED_TOPICS, SOCKETS_A_PERSON
from realtime.listening import Listening
from realtime.served import Parcel, Served
from realtime.topics import owner_of
from realtime.watch import Watch

log = logging.getLogger(__name__)
REMEMBERED = 1_000


class Hub:
    """Everything live in this process. Its methods belong to the event loop, but for `post`."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.connections: dict[Connection, None] = {}
        self.by_person: dict[int, dict[Connection, None]] = {}
        self.by_session: dict[str, dict[Connection, None]] = {}
        self.topics: dict[str, Served] = {}
        # Topics by when they last moved, oldest first: what a heartbeat tells.
        self.moved: dict[str, float] = {}
        self.fanout = FanOut(loop, self._reread)
        self.arrivals = Arrivals(self)
        self.groups = Groups()
        self.keepalive = KeepAlive(self)
        self.watch = Watch(self)
        self.listening = Listening(self)
        # What audiences here were told already, oldest first: hints and the watch may both bring it.
        self._told: dict[tuple[str, int], None] = {}
        self._inbox: deque[dict[str, Any]] = deque()
        self._is_awake = False
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin what runs for as long as the process does."""
        outlet.attach(self.loop, self.post)
        for endless in (self.keepalive.run(), self.watch.run(), self.listening.run()):
            self.spawn(endless)

    def spawn(self, work: Any) -> None:
        """Run a coroutine whose failure is a bug of ours: logged, never lost."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log_bug(log, error, "bug in the hub")

    # -- Frames in ------------------------------------------------------------------------------------------------

    def post(self, frame: dict[str, Any]) -> None:
        """Take a frame from any thread. Threads wake the loop once, however many frames they bring meanwhile."""
        self._inbox.append(frame)
        if not self._is_awake:
            self._is_awake = True
            self.loop.call_soon_threadsafe(self._read_inbox)

    def _read_inbox(self) -> None:
        # Lowered first: a frame that comes in while this runs wakes the loop again, at worst for nothing.
        self._is_awake = False
        while self._inbox:
            self.receive(self._inbox.popleft())

    def receive(self, frame: dict[str, Any]) -> None:
        """Act on one frame of publishing.py, whether it comes from here or from another process."""
        match frame.get("type"):
            case "hub.frame":
                self._deliver(frame["topic"], frame["text"], frame.get("rev"), frame.get("roster"))
            case "hub.audience":
                self.tell_audience(frame["audience"], frame["subject"], frame["text"])
            case "hub.access":
                self.spawn(access.refresh(self, frame["people"]))
            case "hub.cut":
                self.cut(frame["sessions"])
            case other:
                log.error("a hub frame of unknown type %s", other)

    def _deliver(self, name: str, text: str, rev: int | None, roster: int | None) -> None:
        if (topic := self.topics.get(name)) is not None:
            self.deliver(topic, text, rev, roster)
        elif owner_of(name) is None:
            for connection in tuple(self.by_person.get(int(name.partition(".")[2]), ())):
                connection.send(Frame(text))

    def deliver(self, topic: Served, text: str, rev: int | None, roster: int | None) -> None:
        """Write the event to the topic's sockets, unless it was written before."""
        if not topic.is_news(rev):
            return
        if rev is not None:
            topic.moved_at = self.loop.time()
            self.moved.pop(topic.name, None)
            self.moved[topic.name] = topic.moved_at
        self.fanout.put(topic, Parcel(Frame(text), roster))

    def tell_audience(self, audience: str, subject: int, text: str) -> None:
        """Tell those connected here for whom it is, once, however often it is asked for."""
        if (audience, subject) not in self._told:
            self._told[audience, subject] = None
            if len(self._told) > REMEMBERED:
                del self._told[next(iter(self._told))]
            self.spawn(access.tell_audience(self, audience, subject, Frame(text)))

    # -- Sockets in and out ---------------------------------------------------------------------------------------

    def enter(self, connection: Connection) -> None:
        """Know this socket. A person's sixth ends the one that has been silent longest, most likely a lost phone's."""
        siblings = self.by_person.setdefault(connection.pk, {})
        while len(siblings) >= SOCKETS_A_PERSON:
            oldest = min(siblings, key=lambda sibling: sibling.heard_at)
            self.close(oldest, Close.TOO_FAST)
            siblings = self.by_person.setdefault(connection.pk, {})
        siblings[connection] = None
        self.connections[connection] = None
        self.by_session.setdefault(connection.session_hash, {})[connection] = None
        self.keepalive.enter(connection)

    def leave(self, connection: Connection) -> None:
        """Forget this socket; safe to call twice."""
        if self.connections.pop(connection, False) is False:
            return
        self.keepalive.leave(connection)
        for table, key in ((self.by_person, connection.pk), (self.by_session, connection.session_hash)):
            _take_out(table, key, connection)
        for name in tuple(connection.topics):
            self.unfollow(connection, name)

    def close(self, connection: Connection, code: Close) -> None:
        """Close a socket and forget it at once: nothing more is written to it."""
        connection.close(code)
        self.leave(connection)

    def cut(self, session_hashes: Iterable[str]) -> None:
        """Close the sockets of sessions that have ended."""
        for session_hash in session_hashes:
            for connection in tuple(self.by_session.get(session_hash, ())):
                self.close(connection, Close.SIGNED_OUT)

    # -- Following ------------------------------------------------------------------------------------------------

    def follow(self, connection: Connection, name: str, *, head: int, asked_at: float) -> Served | None:
        """Let the socket have the topic's events; `head` is where the topic stood when the right was read."""
        owner = owner_of(name)
        if owner is None or connection not in self.connections:
            return None
        topic = self.topics.get(name)
        if topic is None:
            topic = self.topics[name] = Served(name, owner, head)
            self.listening.want(name)
        topic.join(connection, asked_at=asked_at)
        return topic

    def follow_on_request(self, connection: Connection, name: str, asked_at: float) -> None:
        """Follow a topic that a command handler granted; the oldest such topic gives way beyond the limit."""
        if name in connection.topics:
            return
        while len(connection.followed) >= FOLLOWED_TOPICS:
            self.unfollow(connection, connection.followed[0])
        if self.follow(connection, name, head=0, asked_at=asked_at) is not None:
            connection.followed.append(name)

    def unfollow(self, connection: Connection, name: str) -> None:
        """Stop the topic's events for this socket, at once."""
        topic = connection.topics.pop(name, None)
        if name in connection.followed:
            connection.followed.remove(name)
        if topic is not None:
            topic.connections.pop(connection, None)
            if not topic.connections and self.topics.get(name) is topic:
                del self.topics[name]
                self.moved.pop(name, None)
                self.listening.want_no_more(name)

    def _reread(self, topic: Served) -> None:
        self.spawn(access.reread(self, topic))


def _take_out(table: dict[Any, dict[Connection, None]], key: Any, connection: Connection) -> None:
    siblings = table.get(key)
    if siblings is not None:
        siblings.pop(connection, None)
        if not siblings:
            del table[key]


_hub: Hub | None = None


def running_hub() -> Hub:
    """This process's hub, started by the first socket: daphne has no moment of its own for it."""
    global _hub  # noqa: PLW0603  one hub a process
    loop = asyncio.get_running_loop()
    if _hub is None or _hub.loop is not loop:
        _hub = Hub(loop)
        _hub.start()
    return _hub
