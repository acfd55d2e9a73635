"""The one client for addresses that a person can enter: https, known hosts, no redirects, time limits.

Whoever may name an address could otherwise make this server call its own neighbours (SSRF). So the address is read
once by a strict pattern, resolved once, and the connection goes to what was checked.
"""

import asyncio
import ipaddress
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from django.conf import settings
from yarl import URL

# Stricter than any URL standard on purpose: what parsers disagree about (userinfo, backslashes, odd ports, escapes and
# capitals in the host, whitespace) is not an address. Push services write theirs like this.
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9]+(?:[.-]+[a-z0-9]+)*)(?::(?P<port>\d{1,5}))?/[!-\[\]-~]*", re.ASCII
)
# What ends in a number is read as an IPv4 address by somebody or other (WHATWG URL, "ends in a number").
_NUMERIC = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)$")
_LONGEST = 1000
_BLOCK = 1 << 16
# Reached a global network through a translator or tunnel: the address inside could be anybody's neighbour.
_TRANSLATED = [
    ipaddress.ip_network(net)
    for net in ("64:ff9b::/96", "2002::/16", "2001::/23", "::/96", "192.88.99.0/24", "fec0::/10")
]

Lookup = Callable[[str, int], Awaitable[Sequence[str]]]


class AddressRefusedError(Exception):
    """This address is not called, whatever stands behind it. The message is a code without any part of the address."""


class UnreachableError(Exception):
    """No answer: not resolved, no connection, too slow, broken off. The message is a code."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; bodies are not read, they are of no use and could be anything."""

    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back, with its whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def checked(address: str, hosts: Sequence[str]) -> URL:
    """The address as a URL that may be called; `hosts` are exact names, or ".example.org" for everything below it."""
    shape = _ADDRESS.fullmatch(address)
    if shape is None or len(address) > _LONGEST or "#" in address:
        raise AddressRefusedError("not_an_address")
    host, port = shape["host"], int(shape["port"]) if shape["port"] else None
    if not is_test_host(host, port):
        if _NUMERIC.search(host):
            # The library connects to a written-out IP without asking the resolver that guards.
            raise AddressRefusedError("not_a_name")
        if shape["scheme"] != "https" or port not in {None, 443}:
            raise AddressRefusedError("not_https")
        if not any(host == name or (name.startswith(".") and host.endswith(name)) for name in hosts):
            raise AddressRefusedError("unknown_host")
    url = URL(address, encoded=True)
    # The pattern and the library that connects must have read the same thing.
    if url.host != host or url.explicit_port != port or url.user is not None:
        raise AddressRefusedError("not_an_address")
    return url


def is_test_host(host: str, port: int | None) -> bool:
    """Whether a test opened exactly this host and port for itself; never outside tests."""
    return bool(settings.TESTING) and f"{host}:{port}" in settings.OUTSIDE_TEST_HOSTS


def is_global(ip: str) -> bool:
    """Whether this is a machine of the public network: not ours, not a neighbour's, not behind a translator."""
    found = ipaddress.ip_address(ip)
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    translated = any(found.version == net.version and found in net for net in _TRANSLATED)
    return found.is_global and not found.is_multicast and not translated


async def system_lookup(host: str, port: int) -> Sequence[str]:
    """The host's addresses as this machine resolves them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


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
