"""A socket as daphne sees it, with a limit on what a client can make the server hold."""

from typing import Any

from daphne.ws_protocol import WebSocketProtocol

from realtime.closing import Close, farewell
from realtime.limits import OUTGOING_BYTES

# Frames read from the network that the consumer has not taken. Its token bucket lets 40 through at once.
UNREAD_FRAMES = 100


class BoundedProtocol(WebSocketProtocol):  # type: ignore[misc]
    """Daphne's queue of incoming frames has no end, and neither has its buffer of pongs: one socket could fill both."""

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803  autobahn's names
        """Hand a frame to the application, or close a socket that sends faster than it is read."""
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


def configured(protocol: type[WebSocketProtocol], factory: Any) -> type[WebSocketProtocol]:
    """The class with its factory's settings as its own. Autobahn copies forty of them to every socket and prints them for
    a log that nobody reads: half of the time of a handshake, and a kilobyte."""
    settings = {name: getattr(factory, name) for name in protocol.CONFIG_ATTRS}
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
