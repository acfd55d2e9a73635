"""One socket: whose it is, what it follows, and how it is written to and closed."""

from typing import TYPE_CHECKING

from realtime.closing import Close, farewell
from realtime.commands import Somebody
from realtime.frame import Frame
from realtime.limits import OUTGOING_BYTES
from realtime.transport import Transport

if TYPE_CHECKING:
    from realtime.served import Served


class Connection:
    """A signed-in socket. Belongs to the event loop; nothing here waits."""

    __slots__ = (
        "bucket",
        "followed",
        "heard_at",
        "is_closed",
        "language",
        "person",
        "session_hash",
        "topics",
        "transport",
    )

    def __init__(self, person: Somebody, transport: Transport, *, session_hash: str, language: str, now: float) -> None:
        self.person = person
        self.transport = transport
        self.session_hash = session_hash
        self.language = language
        self.heard_at = now
        self.topics: dict[str, Served] = {}
        # Those topics that the client asked to follow (Follow), oldest first; the others come from the owners.
        self.followed: list[str] = []
        self.bucket = 0
        self.is_closed = False

    @property
    def pk(self) -> int:
        """The person's key."""
        return self.person.pk

    def send(self, frame: Frame) -> None:
        """Write the frame now, or close the socket if its reader is too far behind."""
        if not self.is_closed and self.transport.write(frame) > OUTGOING_BYTES:
            self.close(Close.TOO_SLOW)

    def close(self, code: Close) -> None:
        """Close with a code that says what the client should do; what comes after is not written."""
        if not self.is_closed:
            self.is_closed = True
            if (last := farewell(code)) is not None:
                self.transport.write(last)
            self.transport.close(code)
