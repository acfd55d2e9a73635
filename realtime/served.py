"""A topic that somebody here follows: its sockets, what waits for them, and how far it has been delivered."""

from collections import deque
from dataclasses import dataclass

from realtime.connection import Connection
from realtime.frame import Frame
from realtime.topics import TopicOwner

# Nobody has read the topic's members since the newest socket joined: the next event with a roster number does.
UNVERIFIED = -1


@dataclass(slots=True)
class Parcel:
    """One event on its way to all sockets of a topic; `readers` and `position` once the writing has begun."""

    frame: Frame
    roster: int | None
    readers: tuple[Connection, ...] | None = None
    position: int = 0


class Served:
    """One topic in this process. Events are written in the order in which they came in, each once."""

    __slots__ = (
        "_ahead",
        "connections",
        "is_held",
        "is_ready",
        "moved_at",
        "name",
        "owner",
        "queue",
        "rev",
        "roster",
        "verified_at",
    )

    def __init__(self, name: str, owner: TopicOwner, head: int) -> None:
        self.name = name
        self.owner = owner
        self.connections: dict[Connection, None] = {}
        self.queue: deque[Parcel] = deque()
        # In the fan-out's ring, or kept out of it while its members are read again.
        self.is_ready = False
        self.is_held = False
        # Everything up to here has been handed to the sockets; beyond it, single events that overtook others.
        self.rev = head
        self._ahead: set[int] = set()
        self.moved_at = 0.0
        self.roster = UNVERIFIED
        self.verified_at = 0.0

    @property
    def newest(self) -> int:
        """The highest rev that anybody here has been told."""
        return max(self._ahead) if self._ahead else self.rev

    def is_news(self, rev: int | None) -> bool:
        """True if this event has not passed before: hints and the watch may both bring it."""
        if rev is None:
            return True
        if rev <= self.rev or rev in self._ahead:
            return False
        self._ahead.add(rev)
        while self.rev + 1 in self._ahead:
            self.rev += 1
            self._ahead.discard(self.rev)
        return True

    def catch_up_to(self, head: int) -> None:
        """Everything up to `head` has been delivered or replaced by a newer change."""
        self.rev = max(self.rev, head)
        self._ahead = {rev for rev in self._ahead if rev > self.rev}
        while self.rev + 1 in self._ahead:
            self.rev += 1
            self._ahead.discard(self.rev)

    def join(self, connection: Connection, *, asked_at: float) -> None:
        """Let a socket in on an answer from the database that was asked for at `asked_at`. If the members were read
        after that, the answer may be older than what is known here: then the next event reads them again."""
        self.connections[connection] = None
        connection.topics[self.name] = self
        if self.verified_at >= asked_at:
            self.roster = UNVERIFIED
