"""The JSON texts on the socket: declared, closed, in and out. `type` names the frame; unknown fields are refused."""

from typing import Any, ClassVar

import msgspec

# 16 KiB holds the longest message (4,000 characters of Vietnamese) with room to spare.
MAX_FRAME_BYTES = 16 * 1024
MAX_DEPTH = 8


class Order(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """What a client asks for. Subclass with `tag="room.verb", tag_field="type"`; `ref` is the client's number for it."""

    ref: int


class Event(msgspec.Struct, kw_only=True, frozen=True):
    """A fact the server tells. Subclass with `tag="noun.past", tag_field="type"`. The same bytes for every reader,
    so nothing personal is in an event of a shared topic."""

    topic_field: ClassVar[str] = "topic"

    def encode(self, topic: str | None = None) -> str:
        """The frame's text, its topic added; encoded once however many read it."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        if topic is not None:
            fields[self.topic_field] = topic
        return msgspec.json.encode(fields).decode()
