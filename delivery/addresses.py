"""Which addresses outside are called, and the words for what came of it. The client itself is outside.py: reading it takes
a tenth of a second, which whoever calls nobody need not wait for.
"""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

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
