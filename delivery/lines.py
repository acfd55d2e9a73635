"""Kept connections over which a few services are posted to, thousands of times a second: HTTP/1.1 (RFC 9112), one request
after the other on each, and of the answer no more than its status and headers.

By hand, because a general client took more time for a push than encrypting it did.
"""

import asyncio
import re
import ssl
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import monotonic

_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9]{2})(?: [^\r\n]*)?")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\x00]*?)[ \t]*")
# Whoever says more than this costs the connection: nothing that we ask for has a longer answer.
_LONGEST_HEAD, _LONGEST_BODY = 16_384, 4_096
# Push services close what has been idle for minutes; a connection younger than this is still there.
_FRESH = 30.0
# A service that accepts and never answers must not hold a place for long.
_CONNECT, _WHOLE = 5.0, 8.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; bodies are not read, they are of no use and could be anything."""

    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes: the name that was checked, its port, and whether the line to it is encrypted."""

    host: str
    port: int
    is_tls: bool


# The machines behind a place, each allowed to be called; asked once a connection.
Resolve = Callable[[Place], Awaitable[list[str]]]


class Lines:
    """The connections, used from one loop; close() ends them. `limit` at once."""

    def __init__(self, resolve: Resolve, tls: ssl.SSLContext, *, limit: int) -> None:
        self._resolve = resolve
        self._tls = tls
        self._free = asyncio.Semaphore(limit)
        self._idle: dict[Place, list[_Line]] = defaultdict(list)

    async def post(self, place: Place, request: bytes) -> Answer:
        """The answer to this request, written whole with its head. Raises TimeoutError, or OSError where the connection does
        not come about or breaks; it is not asked again, as the service may have heard it."""
        async with self._free, asyncio.timeout(_WHOLE):
            line = self._taken(place) or await self._opened(place)
            try:
                answer = await line.ask(request)
            except BaseException:
                line.close()
                raise
            if line.is_open:
                self._idle[place].append(line)
            return answer

    def close(self) -> None:
        """Ends all that are idle; those that are asked end with whoever asks."""
        for lines in self._idle.values():
            for line in lines:
                line.close()
        self._idle.clear()

    def _taken(self, place: Place) -> "_Line | None":
        """The one used last: the others age, and are closed when they are met."""
        idle = self._idle[place]
        while idle:
            line = idle.pop()
            if line.is_open and line.used_at > monotonic() - _FRESH:
                return line
            line.close()
        return None

    async def _opened(self, place: Place) -> "_Line":
        tls, name = (self._tls, place.host) if place.is_tls else (None, None)
        loop, failure = asyncio.get_running_loop(), OSError("no address")
        async with asyncio.timeout(_CONNECT):
            for ip in await self._resolve(place):
                try:
                    _transport, line = await loop.create_connection(
                        _Line, ip, place.port, ssl=tls, server_hostname=name
                    )
                except OSError as error:
                    failure = error
                    continue
                return line
        raise failure


class _Line(asyncio.Protocol):
    """One connection. What comes unasked, or is not HTTP, ends it."""

    is_open = False

    def __init__(self) -> None:
        self._held = bytearray()
        self._waiting: asyncio.Future[Answer] | None = None
        self.used_at = monotonic()

    async def ask(self, request: bytes) -> Answer:
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        try:
            return await self._waiting
        finally:
            self._waiting = None
            self.used_at = monotonic()

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            # Not closed politely: a service that does not read would hold it.
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self.is_open = True

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc if isinstance(exc, OSError) else ConnectionResetError("closed"))

    def data_received(self, data: bytes) -> None:
        if self._waiting is None or self._waiting.done():
            self.close()
            return
        self._held += data
        try:
            _drop_interim(self._held)
            found = _answer_in(self._held)
        except ValueError:
            self._waiting.set_exception(ConnectionAbortedError("not an answer"))
            self.close()
            return
        if found is None:
            return
        answer, may_go_on = found
        self._held.clear()
        self._waiting.set_result(answer)
        if not may_go_on:
            self.close()


def _drop_interim(held: bytearray) -> None:
    """What is said before the answer (100 to 199) is not one."""
    while held.startswith((b"HTTP/1.1 1", b"HTTP/1.0 1")) and (end := held.find(b"\r\n\r\n")) >= 0:
        del held[: end + 4]


def _answer_in(held: bytearray) -> tuple[Answer, bool] | None:
    """The answer, once it is there whole, and whether another request may follow on the connection: only where it is certain
    that nothing of this answer is still to come. A ValueError where it is none."""
    end = held.find(b"\r\n\r\n")
    if end < 0 or end > _LONGEST_HEAD:
        if len(held) > _LONGEST_HEAD:
            raise ValueError("too long a head")
        return None
    first, *lines = bytes(held[:end]).split(b"\r\n")
    status = _STATUS.fullmatch(first)
    if status is None:
        raise ValueError("no status")
    headers = _headers(lines)
    size = len(held) - end - 4
    wanted = _length(int(status[2]), headers, bytes(held[end + 4 :]))
    if wanted is not None and size < wanted <= _LONGEST_BODY:
        return None
    stays = status[1] == b"1" and "close" not in headers.get("Connection", "").lower()
    return Answer(int(status[2]), headers), stays and size == wanted


def _headers(lines: list[bytes]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        shape = _HEADER.fullmatch(line)
        if shape is None:
            raise ValueError("no header")
        name = shape[1].decode().title()
        value = shape[2].decode("latin-1")
        # Two lengths that differ are how one answer is made to look like two (RFC 9112, 6.3).
        if name == "Content-Length" and found.get(name, value) != value:
            raise ValueError("two lengths")
        found[name] = value
    return found


def _length(status: int, headers: Mapping[str, str], body: bytes) -> int | None:
    """How long the body is; None where only its end will tell."""
    if status in {204, 304}:
        return 0
    if "Transfer-Encoding" in headers:
        return _length_of_chunks(body)
    length = headers.get("Content-Length")
    if length is None:
        return None
    if not (length.isascii() and length.isdigit() and len(length) < 12):
        raise ValueError("no length")
    return int(length)


def _length_of_chunks(body: bytes) -> int | None:
    """Of a short body in chunks: its end, or one byte more than is there yet; None where it is not worth waiting for."""
    at = 0
    while at <= _LONGEST_BODY:
        line = body.find(b"\r\n", at)
        if line < 0:
            return len(body) + 1
        size = int(body[at:line].split(b";")[0], 16)
        if size < 0:
            raise ValueError("no chunk")
        at = line + 2 + size + 2
        if size == 0:
            return at
    return None
