"""One socket of the generator, and how it speaks to the server it is connected to."""

import socket
from typing import Any, Protocol


class Client:
    """A socket; `who` is what its dialect needs to know of the person behind it."""

    __slots__ = (
        "attempts",
        "fd",
        "got",
        "is_open",
        "is_ready",
        "refused",
        "rest",
        "room",
        "sock",
        "state",
        "told",
        "who",
    )

    def __init__(self, who: dict[str, Any]) -> None:
        self.who = who
        self.room = who.get("room")
        self.sock: socket.socket | None = None
        self.fd = -1
        self.got = self.refused = self.attempts = 0
        self.told: float | None = None
        self.reset()

    def reset(self) -> None:
        """As before a connection."""
        self.rest = b""
        self.is_open = self.is_ready = False
        self.state: Any = None


class Dialect(Protocol):
    """What differs between servers: how one joins, posts and keeps the connection."""

    # Bytes that every delivered message holds and no other frame does.
    mark: bytes
    # True where the upgrade alone means that the server has let the socket in.
    joins_by_upgrade: bool

    def upgrade(self, client: Client) -> bytes:
        """The request that opens the socket."""

    def opened(self, client: Client) -> bytes:
        """Frames to send once it is open."""

    def join(self, client: Client, text: bytes) -> bytes:
        """Frames to send for a frame heard while joining; sets client.is_ready when it is in."""

    def post(self, client: Client, body: str) -> bytes:
        """The frame that says this to the client's room."""

    def heard(self, client: Client, text: bytes) -> bytes:
        """Frames to send for a frame that is no delivery."""

    def heartbeat(self) -> bytes:
        """What the client must say every 20 seconds; nothing where the protocol asks for nothing."""
