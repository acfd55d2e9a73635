"""Frames written straight to the socket are, byte for byte and in order, what daphne itself would have written."""

import socket
from functools import partial
from typing import Any

import daphne.server  # noqa: F401  installs the reactor that twisted needs
import pytest
from autobahn.twisted.websocket import WebSocketServerFactory
from daphne.ws_protocol import WebSocketProtocol
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet import tcp
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure

from realtime.frame import Frame
from realtime.transport import DirectTransport, PlainTransport, is_direct_possible, transport_for


class Reactor:
    """Remembers who waits to write; the test decides when they may."""

    def __init__(self) -> None:
        self.writers: set[Any] = set()

    def addWriter(self, writer: Any) -> None:  # noqa: N802
        self.writers.add(writer)

    def removeWriter(self, writer: Any) -> None:  # noqa: N802
        self.writers.discard(writer)

    def addReader(self, reader: Any) -> None:  # noqa: N802
        pass

    def removeReader(self, reader: Any) -> None:  # noqa: N802
        pass

    def callLater(self, seconds: float, call: Any, *given: Any) -> None:  # noqa: N802
        pass


class Line:
    """An open daphne socket over a real, narrow pair of sockets, and what its reader has read."""

    def __init__(self) -> None:
        ours, self.reader = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_608)
        self.reader.setblocking(False)
        self.reactor = Reactor()
        self.protocol = WebSocketProtocol()
        self.protocol.factory = WebSocketServerFactory()
        self.protocol.factory.isServer = True
        self.tcp = tcp.Connection(ours, self.protocol, self.reactor)
        self.tcp.connected = 1
        self.protocol.transport = self.tcp
        self.protocol._connectionMade()
        self.protocol.closeHandshakeTimeout = 0
        self.protocol.state = self.protocol.STATE_OPEN
        self.protocol._perMessageCompress = None
        self.read = b""

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """Where daphne's own sends end; not used by what is compared here."""

    def drain(self) -> None:
        """What the reactor does when the network takes more."""
        if self.tcp in self.reactor.writers:
            assert self.tcp.doWrite() is None

    def take(self, size: int) -> None:
        """What a reader does now and then."""
        try:
            self.read += self.reader.recv(size)
        except BlockingIOError:
            return

    def everything(self) -> bytes:
        """All bytes that were ever written."""
        while self.tcp in self.reactor.writers or self.tcp.dataBuffer or self.tcp._tempDataLen:
            self.take(1 << 16)
            self.drain()
        before = None
        while before != self.read:
            before = self.read
            self.take(1 << 16)
        return self.read

    def end(self) -> None:
        self.tcp.socket.close()
        self.reader.close()


steps = st.one_of(
    st.tuples(st.just("text"), st.integers(0, 20_000)),
    st.tuples(st.just("ping"), st.integers(0, 125)),
    st.tuples(st.just("pong"), st.integers(0, 125)),
    st.tuples(st.just("drain"), st.just(0)),
    st.tuples(st.just("take"), st.integers(1, 9_000)),
)


def play(script: list[tuple[str, int]], *, is_direct: bool) -> bytes:
    line = Line()
    direct = transport_for(partial(line.handle_reply, line.protocol))
    assert isinstance(direct, DirectTransport)
    for number, (step, size) in enumerate(script):
        text = f"{number}:" + "đ" * size
        match step:
            case "text" if is_direct:
                direct.write(Frame(text))
            case "text":
                # A closed protocol raises where daphne drops: it checks first.
                if line.protocol.state == line.protocol.STATE_OPEN:
                    line.protocol.sendMessage(text.encode())
            case "ping":
                line.protocol.sendPing(b"p" * size)
            case "pong":
                line.protocol.sendPong(b"q" * size)
            case "close" if is_direct:
                direct.close(4008)
            case "close":
                line.protocol.sendClose(code=4008)
            case "drain":
                line.drain()
            case "take":
                line.take(size)
    written = line.everything()
    line.end()
    return written


@settings(max_examples=150, deadline=None)
@given(st.lists(steps, max_size=25), st.lists(steps, max_size=6))
def test_bytes_and_order_are_those_of_plain_sends(before: list[tuple[str, int]], after: list[tuple[str, int]]) -> None:
    script = [*before, ("close", 0), *after]
    assert play(script, is_direct=True) == play(script, is_direct=False)


def test_a_short_write_is_finished_before_anything_else() -> None:
    script = [
        ("text", 60_000),
        ("ping", 5),
        ("text", 10),
        ("take", 3_000),
        ("drain", 0),
        ("text", 60_000),
        ("close", 0),
    ]
    assert play(script, is_direct=True) == play(script, is_direct=False)


def test_what_the_reader_has_not_taken_is_counted() -> None:
    line = Line()
    direct = DirectTransport(line.protocol)
    assert direct.write(Frame("x" * 100)) == 0
    unread = direct.write(Frame("x" * 200_000))
    assert 150_000 < unread < 200_100
    assert direct.write(Frame("x")) == unread + 3
    line.end()


def test_nothing_is_written_to_a_socket_that_is_gone() -> None:
    line = Line()
    direct = DirectTransport(line.protocol)
    line.reader.close()
    direct.write(Frame("lost"))
    # What autobahn does first of all when a connection is lost or given up.
    line.protocol.state = line.protocol.STATE_CLOSED
    assert direct.write(Frame("lost")) == 0
    line.end()


@pytest.mark.parametrize("way", ["write", "writeSequence", "loseConnection", "abortConnection", "connectionLost"])
def test_whatever_enters_or_ends_a_line_is_seen_before_the_next_frame(way: str) -> None:
    line = Line()
    line.protocol.onClose = lambda *_how: None
    direct = DirectTransport(line.protocol)
    direct.write(Frame("first"))
    assert direct.is_clear
    given = {"write": [b"x"], "writeSequence": [[b"x", b"y"]], "connectionLost": [Failure(ConnectionDone())]}
    getattr(line.tcp, way)(*given.get(way, []))
    assert not direct.is_clear
    line.reader.close()


def test_this_daphne_can_be_written_to_directly() -> None:
    assert is_direct_possible()


@pytest.mark.parametrize("change", ["TLS", "compressed", "fragmented"])
def test_any_other_line_gets_plain_sends(change: str) -> None:
    line = Line()
    match change:
        case "TLS":
            line.tcp.TLS = True
        case "compressed":
            line.protocol._perMessageCompress = object()
        case "fragmented":
            line.protocol.autoFragmentSize = 1_000
    assert isinstance(transport_for(partial(line.handle_reply, line.protocol)), PlainTransport)
    line.end()


async def test_another_server_gets_plain_sends_in_order() -> None:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    plain = transport_for(send)
    assert isinstance(plain, PlainTransport)
    plain.write(Frame("one"))
    assert plain.write(Frame("two")) == 6
    plain.close(4008)
    plain.write(Frame("never"))
    assert plain._task is not None
    await plain._task
    assert sent == [
        {"type": "websocket.send", "text": "one"},
        {"type": "websocket.send", "text": "two"},
        {"type": "websocket.close", "code": 4008},
    ]
