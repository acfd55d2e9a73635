"""A socket as daphne sees it, with a limit on what a client can make the server hold."""

import time
from collections.abc import Callable
from typing import Any

from daphne.ws_protocol import WebSocketProtocol

from realtime.closing import Close, farewell
from realtime.limits import OUTGOING_BYTES

# Frames read from the network that the consumer has not taken. Its token bucket lets 40 through at once.
UNREAD_FRAMES = 100
# RFC 6455, 5.2: the last frame of a text and no extension; a masked payload of up to 125 bytes, or a length in two bytes.
FINAL_TEXT = 0x81
MASKED = 0x80
LENGTH_IN_TWO_BYTES = 126
SMALLEST_FRAME = 6
MAX_PLAIN = 0xFFFF


class BoundedProtocol(WebSocketProtocol):  # type: ignore[misc]
    """Daphne's queue of incoming frames has no end, and neither has its buffer of pongs: one socket could fill both.

    `take`, once somebody has set it, gets every text at once, past daphne's queue; whole plain text frames are read here
    in a fifth of autobahn's time. Everything else about the protocol stays autobahn's: parts, pings, closes, violations.
    """

    take: Callable[[str], None] | None = None
    muted: bool = False

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  twisted's name
        """Read what has come in."""
        if self.take is not None and self.state == self.STATE_OPEN and not self._is_inside():
            data = self._take_plain(data, self.take)
        if data:
            super().dataReceived(data)

    def _is_inside(self) -> bool:
        """Whether autobahn has begun with a frame or message that is not complete."""
        return bool(self.data) or self.current_frame is not None or self.inside_message

    def _take_plain(self, data: bytes, take: Callable[[str], None]) -> bytes:
        """Hand over the texts at the beginning; what is left, from the first frame that is not a whole masked text."""
        at, size = 0, len(data)
        while size - at >= SMALLEST_FRAME and data[at] == FINAL_TEXT and self.state == self.STATE_OPEN:
            length, start = data[at + 1] - MASKED, at + 2
            if length == LENGTH_IN_TWO_BYTES:
                length, start = int.from_bytes(data[start : start + 2]), start + 2
                if length < LENGTH_IN_TWO_BYTES:
                    break
            end = start + 4 + length
            if not 0 <= length <= MAX_PLAIN or end > size:
                break
            try:
                text = _unmasked(data[start + 4 : end], data[start : start + 4]).decode()
            except UnicodeDecodeError:
                break
            at = end
            self.last_ping = time.time()
            take(text)
        return data[at:]

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803  autobahn's names
        """Hand a frame to the application, or close a socket that sends faster than it is read."""
        if self.take is not None and not isBinary and not self.muted:
            self.last_ping = time.time()
            self.take(payload.decode())
            return
        if self.application_queue.qsize() >= UNREAD_FRAMES:
            self.muted = True
            close(self, Close.TOO_FAST)
            return
        super().onMessage(payload, isBinary)

    def onPing(self, payload: bytes) -> None:  # noqa: N802  autobahn's name
        """Answer a ping, unless the client has not read the answers to those before."""
        if unwritten(self.transport) > OUTGOING_BYTES:
            self.transport.abortConnection()
        else:
            super().onPing(payload)


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    """RFC 6455, 5.3, with one large number instead of many bytes."""
    if mask == b"\0\0\0\0" or not payload:
        return payload
    size = len(payload)
    stretched = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload) ^ int.from_bytes(stretched)).to_bytes(size)


def configured(protocol: type[WebSocketProtocol], factory: Any) -> type[WebSocketProtocol]:
    """The class with its factory's settings as its own. Autobahn copies forty of them to every socket and prints them for
    a log that nobody reads: half of the time of a handshake, and a kilobyte."""
    found = {name: getattr(factory, name) for name in protocol.CONFIG_ATTRS}
    # Functions among them (what to answer to an offer of compression) must not become methods.
    settings = {name: staticmethod(value) if callable(value) else value for name, value in found.items()}
    return type(protocol.__name__, (protocol,), settings | {"CONFIG_ATTRS": ()})


def unwritten(transport: Any) -> int:
    """Bytes that twisted holds because the reader has not taken them."""
    return int(len(transport.dataBuffer) - transport.offset + transport._tempDataLen)


def close(protocol: WebSocketProtocol, code: Close) -> None:
    """Close a socket if it is open, telling its client when to come back."""
    if protocol.state != protocol.STATE_OPEN:
        return
    if (last := farewell(code)) is not None:
        protocol.sendMessage(last.text.encode())
    protocol.sendClose(code=int(code))
