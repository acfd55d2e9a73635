"""How a finished frame reaches the network. The only file that knows daphne's protocol class.

Daphne's own way buffers a write, registers the socket with epoll, comes back in the next turn and unregisters: 66 µs a
frame. Writing to the socket at once when nothing is buffered costs 13 (decision 8). Any other server gets plain sends."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from functools import cache, partial
from typing import Any, Protocol

from realtime.frame import Frame
from realtime.line import watch

log = logging.getLogger(__name__)
# Autobahn's STATE_OPEN; is_direct_possible() compares.
OPEN = 3
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Transport(Protocol):
    """Where a connection's frames go. Nothing here waits for a reader."""

    def write(self, frame: Frame) -> int:
        """Write the frame; how many bytes the reader has not taken yet."""

    def close(self, code: int) -> None:
        """Send a close frame after what was written."""

    def listen(self, take: Callable[[str | None], None]) -> None:
        """Give every text that comes in to `take` at once where the server can; elsewhere they come as ASGI events."""


def transport_for(send: Send) -> "Transport":
    """The fastest transport that is safe for the server behind this ASGI `send`."""
    protocol = _daphne_protocol(send)
    # A client that left during its handshake has left no socket.
    if protocol is not None and hasattr(protocol.transport, "socket") and is_direct_possible() and _is_plain(protocol):
        return DirectTransport(protocol)
    return PlainTransport(send)


class DirectTransport:
    """Frames straight to the socket of a daphne connection, in order with everything that daphne itself writes."""

    __slots__ = ("_protocol", "_send", "_tcp", "is_clear")

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol
        self._tcp = protocol.transport
        self._send = protocol.transport.socket.send
        # True while the line is open and nothing waits in it. Looking at the buffers themselves touches three more
        # objects for each copy, which costs a tenth of a delivery to 5,000.
        self.is_clear = False
        watch(self._tcp, self)

    def write(self, frame: Frame) -> int:
        """Write the frame; how many bytes the reader has not taken yet."""
        if not self.is_clear and not self._is_clear_now():
            return 0 if self._protocol.state != OPEN else self._wait(frame.wire)
        wire = frame.wire
        try:
            sent = self._send(wire)
        except OSError:
            # Full, interrupted or broken: twisted waits for it, or finds the break when it writes.
            sent = 0
        return 0 if sent == len(wire) else self._wait(wire[sent:])

    def _is_clear_now(self) -> bool:
        tcp = self._tcp
        self.is_clear = (
            # Autobahn leaves this state before it lets go of the connection, whoever ends it.
            self._protocol.state == OPEN
            and not tcp._tempDataLen
            and len(tcp.dataBuffer) == tcp.offset
            and not self._protocol.send_queue
        )
        return self.is_clear

    def _wait(self, wire: bytes) -> int:
        tcp = self._tcp
        tcp.write(wire)
        return int(len(tcp.dataBuffer) - tcp.offset + tcp._tempDataLen)

    def close(self, code: int) -> None:
        """Send a close frame after what was written."""
        if self._protocol.state == self._protocol.STATE_OPEN:
            self._protocol.sendClose(code=int(code))

    def listen(self, take: Callable[[str | None], None]) -> None:
        """Give every text that comes in to `take` at once where the server can; elsewhere they come as ASGI events."""
        if hasattr(self._protocol, "take"):
            self._protocol.take = take


class PlainTransport:
    """Frames through ASGI's own send, one after the other, by a task that lives while there is something to send."""

    __slots__ = ("_bytes", "_is_closing", "_send", "_task", "_waiting")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: deque[dict[str, Any]] = deque()
        self._bytes = 0
        self._task: asyncio.Task[None] | None = None
        self._is_closing = False

    def write(self, frame: Frame) -> int:
        """Write the frame; how many bytes the reader has not taken yet."""
        if not self._is_closing:
            self._put({"type": "websocket.send", "text": frame.text})
            self._bytes += len(frame.text)
        return self._bytes

    def close(self, code: int) -> None:
        """Send a close frame after what was written."""
        if not self._is_closing:
            self._is_closing = True
            self._put({"type": "websocket.close", "code": int(code)})

    def listen(self, take: Callable[[str | None], None]) -> None:
        """Texts come as ASGI events."""

    def _put(self, message: dict[str, Any]) -> None:
        self._waiting.append(message)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._drain())

    async def _drain(self) -> None:
        try:
            while self._waiting:
                message = self._waiting.popleft()
                await self._send(message)
                self._bytes -= len(message.get("text", ""))
        except Exception as error:  # noqa: BLE001  servers differ in what a send to a closed socket raises
            self._is_closing = True
            log.debug("socket gone while writing: %s", type(error).__name__)
        finally:
            self._task = None


def _daphne_protocol(send: Send) -> Any:
    """Daphne hands each application partial(server.handle_reply, protocol)."""
    if not isinstance(send, partial) or len(send.args) != 1:
        return None
    protocol = send.args[0]
    return protocol if type(protocol).__module__.startswith(("daphne.", "chatserver.server.")) else None


def _is_plain(protocol: Any) -> bool:
    """True for unencrypted TCP without compression, masking or fragments: then our bytes are what daphne would write."""
    from twisted.internet import tcp  # noqa: PLC0415  twisted is imported only where daphne already did

    return (
        isinstance(protocol.transport, tcp.Connection)
        and not protocol.transport.TLS
        and protocol._perMessageCompress is None
        and not protocol.autoFragmentSize
        and not protocol.factory.maskServerFrames
        and not protocol.logFrames
    )


@cache
def is_direct_possible() -> bool:
    """True if this daphne, autobahn and twisted are built as DirectTransport needs, and frame a text as we do."""
    try:
        return _frames_like_autobahn()
    except (ImportError, AttributeError, TypeError) as error:
        log.warning("plain sends only, the server differs from the pinned one: %s", error)
        return False


def _frames_like_autobahn() -> bool:
    from autobahn.twisted.websocket import WebSocketServerFactory  # noqa: PLC0415
    from daphne.ws_protocol import WebSocketProtocol  # noqa: PLC0415
    from twisted.internet import tcp  # noqa: PLC0415

    for name in ("dataBuffer", "offset", "connected", "disconnecting", "TLS"):
        getattr(tcp.Connection, name)
    written: list[bytes] = []
    protocol = WebSocketProtocol()
    protocol.factory = WebSocketServerFactory()
    protocol.factory.isServer = True
    protocol._connectionMade()
    protocol.sendData = lambda data, sync=False, chopsize=None: written.append(data)
    protocol.state = protocol.STATE_OPEN
    protocol._perMessageCompress = None
    texts = ["", "à" * 60, "đ" * 3_000, "ộ" * 30_000]
    for text in texts:
        protocol.sendMessage(text.encode())
    return (
        protocol.STATE_OPEN == OPEN
        and written == [Frame(text).wire for text in texts]
        and hasattr(protocol, "send_queue")
    )
