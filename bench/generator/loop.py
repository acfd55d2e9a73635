"""The event loop: epoll, raw sockets, frames taken apart by hand; 5 to 8 microseconds a receipt."""

import contextlib
import select
import socket
import struct
from collections.abc import Callable
from time import perf_counter

from bench.generator.client import Client, Dialect
from bench.generator.frames import CLOSE, PING, PONG, frame

SIGN = b"~#"
BEAT_EVERY, BEAT_ROUND = 0.5, 20.0
RESET = struct.pack("ii", 1, 0)


class Book:
    """When what was sent, and how long each copy took to arrive."""

    def __init__(self) -> None:
        self.sent_at: list[float] = []
        self.delays: list[list[float]] = []

    def new(self) -> tuple[int, str]:
        """The number of the next message, and a body of 200 characters that holds it."""
        number = len(self.sent_at)
        self.sent_at.append(0.0)
        self.delays.append([])
        return number, f"~#{number:08d} ".ljust(200, "x")


class Loop:
    """All sockets of this process."""

    def __init__(self, port: int, dialect: Dialect) -> None:
        self.port = port
        self.dialect = dialect
        self.book = Book()
        self.epoll = select.epoll()
        self.by_fd: dict[int, Client] = {}
        self.clients: list[Client] = []
        # Called with the client and a reason when a socket ends, and when one has joined.
        self.on_lost: Callable[[Client, str], None] = self._note_lost
        self.on_ready: Callable[[Client], None] = lambda _client: None
        self.lost: list[str] = []
        self.is_beating = True
        self._beat_at = perf_counter() + BEAT_EVERY
        self._beaten = 0

    def turn(self, seconds: float) -> int:
        """Wait at most so long, read what there is; how many sockets had something."""
        ready = self.epoll.poll(seconds, 2_048)
        for fd, event in ready:
            client = self.by_fd.get(fd)
            if client is None:
                continue
            if event & select.EPOLLOUT and not client.is_open:
                self._connected(client)
            if event & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR) and client.sock is not None:
                self._read(client)
        if self.is_beating and (now := perf_counter()) >= self._beat_at:
            self._beat(now)
        return len(ready)

    def open(self, client: Client) -> None:
        """Begin to connect."""
        client.reset()
        sock = client.sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.fd = sock.fileno()
        self.by_fd[client.fd] = client
        sock.connect_ex(("127.0.0.1", self.port))
        self.epoll.register(client.fd, select.EPOLLIN | select.EPOLLOUT)

    def abort(self, client: Client) -> None:
        """Cut the connection with a reset, as a network that goes away does."""
        if client.sock is not None:
            client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.close(client)

    def close(self, client: Client) -> None:
        """Forget the socket."""
        if client.sock is not None:
            self.by_fd.pop(client.fd, None)
            self.epoll.unregister(client.fd)
            client.sock.close()
            client.sock = None

    def send(self, client: Client, data: bytes) -> None:
        """Write now; a reader that takes nothing any more counts as lost."""
        if data and client.sock is not None:
            try:
                if client.sock.send(data) != len(data):
                    self._end(client, "write stuck")
            except OSError as error:
                self._end(client, f"write: {error.strerror}")

    def post(self, client: Client) -> int:
        """Post a message from this client; its number in the book."""
        number, body = self.book.new()
        data = self.dialect.post(client, body)
        self.book.sent_at[number] = perf_counter()
        self.send(client, data)
        return number

    def _connected(self, client: Client) -> None:
        assert client.sock is not None
        if error := client.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self._end(client, f"connect: errno {error}")
            return
        client.is_open = True
        self.epoll.modify(client.fd, select.EPOLLIN)
        # Not open yet as a WebSocket: `state` says so until the answer to the upgrade is there.
        client.state = "upgrading"
        self.send(client, self.dialect.upgrade(client))

    def _end(self, client: Client, reason: str) -> None:
        self.close(client)
        self.on_lost(client, reason)

    def _note_lost(self, _client: Client, reason: str) -> None:
        self.lost.append(reason)

    def _read(self, client: Client) -> None:
        try:
            data = client.sock.recv(262_144)  # type: ignore[union-attr]
        except BlockingIOError:
            return
        except OSError as error:
            self._end(client, f"read: {error.strerror}")
            return
        now = perf_counter()
        if not data:
            self._end(client, "closed by the server")
            return
        if client.rest:
            data = client.rest + data
            client.rest = b""
        at = 0
        if client.state == "upgrading":
            at = self._upgraded(client, data)
            if at < 0:
                return
        self._frames(client, data, at, now)

    def _upgraded(self, client: Client, data: bytes) -> int:
        end = data.find(b"\r\n\r\n")
        if end < 0:
            client.rest = data
            return -1
        if not data.startswith(b"HTTP/1.1 101"):
            client.told = _retry_after(data[:end])
            self._end(client, data[:40].split(b"\r\n")[0].decode("latin-1"))
            return -1
        client.state = None
        if self.dialect.joins_by_upgrade:
            self._now_ready(client)
        self.send(client, self.dialect.opened(client))
        return end + 4

    def _now_ready(self, client: Client) -> None:
        client.is_ready = True
        self.on_ready(client)

    def _frames(self, client: Client, data: bytes, at: int, now: float) -> None:
        end, mark, book = len(data), self.dialect.mark, self.book
        while end - at >= 2:
            first, size, start = data[at], data[at + 1], at + 2
            if size == 126:
                if end - at < 4:
                    break
                size, start = data[at + 2] << 8 | data[at + 3], at + 4
            elif size == 127:
                if end - at < 10:
                    break
                size, start = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            stop = start + size
            if stop > end:
                break
            if first == 0x81 and client.is_ready and data.find(mark, start, stop) >= 0:
                sign = data.find(SIGN, start, stop)
                if sign >= 0:
                    number = int(data[sign + 2 : sign + 10])
                    book.delays[number].append(now - book.sent_at[number])
                    client.got += 1
            elif not self._other(client, first & 0xF, data[start:stop]):
                return
            at = stop
        if at < end:
            client.rest = data[at:] if at else data

    def _other(self, client: Client, opcode: int, payload: bytes) -> bool:
        """A frame that is no delivery; False if the socket is over."""
        if opcode == PING:
            self.send(client, frame(payload, PONG))
        elif opcode == CLOSE:
            self._end(client, f"close {int.from_bytes(payload[:2], 'big')}")
        elif client.is_ready:
            self.send(client, self.dialect.heard(client, payload))
        else:
            self.send(client, self.dialect.join(client, payload))
            if client.is_ready and client.sock is not None:
                self.on_ready(client)
        return client.sock is not None

    def _beat(self, now: float) -> None:
        """Some clients' heartbeats: each gets its turn within 20 seconds."""
        self._beat_at = now + BEAT_EVERY
        text = self.dialect.heartbeat()
        share = int(len(self.clients) * BEAT_EVERY / BEAT_ROUND) + 1
        if text and self.clients:
            for turn in range(self._beaten, self._beaten + share):
                client = self.clients[turn % len(self.clients)]
                if client.is_ready:
                    self.send(client, text)
            self._beaten = (self._beaten + share) % len(self.clients)

    def stop(self) -> None:
        """Reset every socket."""
        for client in tuple(self.by_fd.values()):
            with contextlib.suppress(OSError):
                self.abort(client)


def _retry_after(head: bytes) -> float | None:
    for line in head.split(b"\r\n"):
        name, _colon, value = line.partition(b":")
        if name.strip().lower() == b"retry-after" and value.strip().isdigit() and b" 503" in head[:16]:
            return float(value)
    return None
