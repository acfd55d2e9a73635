"""One text on its way out: encoded once, framed once, however many sockets it is written to."""

import struct
from typing import Any

import msgspec


class Frame:
    """A JSON text and the bytes of its finished WebSocket frame."""

    __slots__ = ("text", "wire")

    def __init__(self, text: str) -> None:
        self.text = text
        # The unmasked, unfragmented, uncompressed server frame (RFC 6455, 5.2).
        self.wire: bytes = _framed(text.encode())

    @classmethod
    def of(cls, fields: dict[str, Any]) -> "Frame":
        """The frame of these fields; anything that is no JSON by itself (a translated text) is written as text."""
        return cls(msgspec.json.encode(fields, enc_hook=str).decode())


def _framed(payload: bytes) -> bytes:
    length = len(payload)
    if length <= 125:
        return struct.pack("!BB", 0x81, length) + payload
    if length <= 0xFFFF:
        return struct.pack("!BBH", 0x81, 126, length) + payload
    return struct.pack("!BBQ", 0x81, 127, length) + payload
