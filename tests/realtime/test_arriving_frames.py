"""However the network cuts what a client sends, the server reads the same orders."""

import json
import os
import random
import socket as sockets
import struct
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.cast import Cast
from tests.realtime.test_serve import deaf_socket
from tests.wire import Server, session_for

pytestmark = pytest.mark.django_db(transaction=True)


def frame(payload: bytes, *, first: int = 0x81, mask: bytes | None = None) -> bytes:
    """A client's frame (RFC 6455, 5.2)."""
    mask = os.urandom(4) if mask is None else mask
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack("!H", size)
    body = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
    return bytes([first]) + length + mask + body


def ping(ref: int, padding: int = 0) -> bytes:
    """The order `ping`, which is answered with its ref, as long as wanted."""
    return json.dumps({"type": "ping", "ref": ref}).encode() + b" " * padding


def many(count: int, odds: random.Random) -> Iterator[bytes]:
    """Frames of every legal form, each answered once."""
    for ref in range(count):
        match odds.randrange(5):
            case 0:
                yield frame(ping(ref))
            case 1:
                yield frame(ping(ref, padding=400))
            case 2:
                yield frame(ping(ref), mask=b"\0\0\0\0")
            case 3:
                whole = ping(ref)
                yield frame(whole[:7], first=0x01)
                yield frame(b"here", first=0x89)
                yield frame(whole[7:], first=0x80)
            case 4:
                yield frame(b"", first=0x89) + frame(ping(ref))


@pytest.mark.parametrize("seed", range(4))
def test_any_cut_is_read_alike(server: Server, committed_cast: Cast, seed: int) -> None:
    odds = random.Random(seed)
    with deaf_socket(server, session_for(committed_cast, committed_cast.hoa)) as line:
        line.settimeout(10)
        sent = b"".join(many(36, odds))
        while sent:
            size = odds.choice([1, 2, 3, 7, 40, 400, 5_000])
            line.sendall(sent[:size])
            sent = sent[size:]
        assert list(refs(line, 36)) == list(range(36))


def refs(line: sockets.socket, count: int) -> Iterator[int]:
    """The refs of the next answers, in the order in which they come."""
    heard = b""
    while count:
        heard += line.recv(65_536)
        while (at := heard.find(b'"ref":')) >= 0 and b"}" in heard[at:]:
            end = heard.index(b"}", at)
            yield int(heard[at + 6 : end])
            heard, count = heard[end:], count - 1


@pytest.mark.parametrize(
    "sent",
    [
        frame(b'{"type":"ping","ref":1,"x":"\xff\xfe"}'),
        frame(ping(1), first=0xC1),
        frame(ping(1), first=0x83),
        b"\x81\x02{}",
        b"\x81\xfe\x00\x05" + os.urandom(9),
    ],
    ids=["not UTF-8", "reserved bit", "reserved opcode", "not masked", "length not minimal"],
)
def test_what_breaks_the_protocol_ends_its_own_connection_only(
    server: Server, committed_cast: Cast, sent: bytes
) -> None:
    other = server.socket(session_for(committed_cast, committed_cast.lan))
    with deaf_socket(server, session_for(committed_cast, committed_cast.hoa)) as line:
        line.settimeout(10)
        line.sendall(frame(ping(0)) + sent)
        # Dropped at once (autobahn's failByDrop): an end or a reset, never silence.
        with suppress(ConnectionResetError):
            while line.recv(65_536):
                pass
    assert other.ask("ping")["type"] == "ok"
    assert "Traceback" not in server.said()
