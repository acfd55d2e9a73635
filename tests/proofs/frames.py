"""Raw WebSocket frames as broken or hostile clients send them."""

import json
import os
import random
import socket as sockets
import struct
import uuid
from typing import Any


def opened(port: int, session: str, *, seconds: float = 20, window: int = 0) -> sockets.socket:
    """A signed-in socket after its upgrade; nothing of it is read but the head of the answer. `window`: bytes that the
    kernel takes for it unread."""
    line = sockets.socket()
    if window:
        line.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, window)
    line.settimeout(seconds)
    line.connect(("127.0.0.1", port))
    line.sendall(
        "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Origin: http://127.0.0.1:8000\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        f"Cookie: sid={session}\r\n\r\n".encode()
    )
    head = b""
    while b"\r\n\r\n" not in head:
        more = line.recv(1)
        assert more, head
        head += more
    assert b" 101 " in head, head
    return line


def frame(payload: bytes, *, first: int = 0x81, masked: bool = True, length: int | None = None) -> bytes:
    """A frame (RFC 6455, 5.2); `length` may lie."""
    size = len(payload) if length is None else length
    bit = 0x80 if masked else 0
    if size < 126:
        head = bytes([first, bit | size])
    elif size < 1 << 16:
        head = bytes([first, bit | 126]) + struct.pack("!H", size)
    else:
        head = bytes([first, bit | 127]) + struct.pack("!Q", size)
    # Masked with zeros: legal, and the payload stays as it is.
    return head + (b"\0\0\0\0" if masked else b"") + payload


def odd_text(odds: random.Random, room: int) -> bytes:
    """What looks like an order, more or less; `room` is somebody else's."""
    order: dict[str, Any] = {
        "type": "message.post",
        "ref": odds.randrange(1_000),
        "room": room,
        "client_message_id": str(uuid.UUID(int=odds.getrandbits(128))),
        "body": "x",
    }
    text = json.dumps(order).encode()
    cut = odds.randrange(len(text))
    types = ["message.edit", "message.remove", "room.resume", "broadcast.read", "broadcast.watch", "typing", "presence"]
    match odds.randrange(12):
        case 0:
            return text
        case 1:
            return text[:cut]
        case 2:
            return text[:cut] + odds.randbytes(3) + text[cut:]
        case 3:
            value = odds.choice([None, [], {}, "", -1, 2**70, 1e300, "x" * 999, True])
            return json.dumps({**order, odds.choice(list(order)): value}).encode()
        case 4:
            return json.dumps(
                {**order, "type": odds.choice(["websocket.close", "hub.cut", "__init__", *types])}
            ).encode()
        case 5:
            return b"[" * odds.randrange(2_000)
        case 6:
            return odds.randbytes(odds.randrange(300))
        case 7:
            return json.dumps(
                {"type": "message.read", "ref": 1, "room": room, "read_seq": odds.getrandbits(80)}
            ).encode()
        case 8:
            rooms = {str(odds.getrandbits(70)): odds.getrandbits(60)}
            return json.dumps({"type": "room.resume", "ref": 1, "epoch": "x", "rooms": rooms}).encode()
        case 9:
            return b'{"type":"ping","ref":1,"ref":2}'
        case 10:
            return b'{"type":"ping","ref":1,"x":"\\ud800\\u0000"}'
        case _:
            return b'{"type":"ping","ref":NaN}' + b" " * odds.randrange(2_000)


def odd_frame(odds: random.Random, room: int) -> bytes:
    """Mostly whole frames with odd texts; now and then one that breaks the protocol itself."""
    payload = odd_text(odds, room)
    match odds.randrange(60):
        case 0:
            return frame(payload, first=odds.randrange(256))
        case 1:
            return frame(payload, masked=False)
        case 2:
            return frame(payload, length=odds.choice([0, 125, 126, 65_535, 65_536, 2**31, 2**62]))
        case 3:
            return frame(payload, first=0x01) + frame(payload, first=0x80)
        case 4:
            return frame(os.urandom(20), first=odds.choice([0x88, 0x89, 0x8A]))
        case _:
            return frame(payload)
