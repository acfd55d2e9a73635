"""The one client for addresses that a person can enter: https, known hosts, no redirects, time limits.

Whoever may name an address could otherwise make this server call its own neighbours (SSRF). So the address is read
once by a strict pattern (addresses.py), resolved once, and the connection goes to what was checked.
"""

import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from delivery.addresses import (
    AddressRefusedError,
    Answer,
    Lookup,
    UnreachableError,
    checked,
    is_global,
    is_test_host,
    system_lookup,
)

_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back, with its whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _GuardedResolver(AbstractResolver):
    """Answers with global addresses or refuses; aiohttp connects to exactly what this answered."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        ips = await self._lookup(host, port)
        # One bad address refuses all: a name that answers with both is being used to get at a neighbour.
        if not ips or not (is_test_host(host, port) or all(is_global(ip) for ip in ips)):
            raise AddressRefusedError("not_global")
        return [self._result(host, port, ip) for ip in ips]

    async def close(self) -> None:
        """Nothing is held."""

    @staticmethod
    def _result(host: str, port: int, ip: str) -> ResolveResult:
        family = socket.AF_INET6 if ":" in ip else socket.AF_INET
        flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        return ResolveResult(hostname=host, host=ip, port=port, family=family, proto=socket.IPPROTO_TCP, flags=flags)


class Outside:
    """A session of guarded calls, used with `async with`. `lookup` and `tls` are passed in by tests."""

    def __init__(
        self,
        hosts: Sequence[str],
        *,
        lookup: Lookup = system_lookup,
        tls: ssl.SSLContext | None = None,
        connections: int = 100,
    ) -> None:
        self._hosts = hosts
        self._lookup = lookup
        self._tls = tls or ssl.create_default_context()
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            resolver=_GuardedResolver(self._lookup), use_dns_cache=False, limit=self._connections, ssl=self._tls
        )
        # A service that accepts and never answers must not hold a place for long (3.05 s: just past a retransmission).
        timeout = aiohttp.ClientTimeout(total=8, sock_connect=3.05, sock_read=5)
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session:
            await self._session.close()

    async def post(self, address: str, body: bytes, *, headers: Mapping[str, str]) -> Answer:
        """Post once to a checked address. A redirect is an answer like any other: it is not followed."""
        session, url = self._open(), checked(address, self._hosts)
        with _told():
            async with session.post(url, data=body, headers=headers, allow_redirects=False) as response:
                # Enough to use the connection again after an ordinary answer; a long one costs the connection.
                await response.content.read(1024)
                return Answer(response.status, response.headers)

    async def fetch(
        self,
        method: str,
        address: str,
        *,
        headers: Mapping[str, str],
        most: int,
        seconds: float,
        body: bytes | None = None,
    ) -> Fetched:
        """Call a checked address once and read the answer's body, of at most so many bytes, within so many seconds.

        A longer body is an UnreachableError, "too_large": it is left where it is, and its connection with it.
        """
        session, url = self._open(), checked(address, self._hosts)
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=3.05, sock_read=seconds)
        with _told():
            async with session.request(
                method, url, data=body, headers=headers, allow_redirects=False, timeout=timeout
            ) as response:
                content = bytearray()
                async for block in response.content.iter_chunked(_BLOCK):
                    content += block
                    if len(content) > most:
                        raise UnreachableError("too_large")
                return Fetched(response.status, response.headers, bytes(content))

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("use Outside with `async with`")
        return self._session


@contextmanager
def _told() -> Iterator[None]:
    """What the library and the system raise, in our two words."""
    try:
        yield
    except TimeoutError as error:
        raise UnreachableError("too_slow") from error
    except aiohttp.ClientError as error:
        refused = _refusal_within(error)
        if refused is not None:
            raise refused from error
        raise UnreachableError("no_connection") from error
    except OSError as error:
        raise UnreachableError("no_connection") from error


def _refusal_within(error: BaseException) -> AddressRefusedError | None:
    """The resolver's refusal, if the library wrapped it in an error of its own."""
    while error.__cause__ is not None or error.__context__ is not None:
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
        if isinstance(error, AddressRefusedError):
            return error
    return None
