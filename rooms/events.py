"""What rooms tell: declared shapes, the same bytes for every reader, in the installation's language."""

from typing import Any

from realtime import Event


class MessageEvent(Event, kw_only=True, frozen=True):
    rev: int
    message: dict[str, Any]


class MessagePosted(MessageEvent, tag="message.posted", tag_field="type", frozen=True):
    pass


class MessageEdited(MessageEvent, tag="message.edited", tag_field="type", frozen=True):
    pass


class MessageRemoved(MessageEvent, tag="message.removed", tag_field="type", frozen=True):
    pass


class ReceiptMoved(Event, tag="receipt.moved", tag_field="type", frozen=True):
    room: int
    person: int
    have_seq: int
    read_seq: int


class RoomOpened(Event, tag="room.opened", tag_field="type", frozen=True):
    room: int


class RoomChanged(Event, tag="room.changed", tag_field="type", frozen=True):
    is_talk_open: bool
    state: str


class TypingStarted(Event, tag="typing.started", tag_field="type", frozen=True):
    person: int


class PresenceMoved(Event, tag="presence.moved", tag_field="type", frozen=True):
    person: int
    here: bool


class MessageReacted(Event, tag="message.reacted", tag_field="type", kw_only=True, frozen=True):
    room: int
    seq: int
    rev: int
    person: int | None
    kind: str | None
    reactions: list[dict[str, Any]]


class PollMoved(Event, tag="poll.moved", tag_field="type", kw_only=True, frozen=True):
    room: int
    seq: int
    rev: int
    poll: dict[str, Any]


class RoomPinned(Event, tag="room.pinned", tag_field="type", kw_only=True, frozen=True):
    room: int
    seq: int
    rev: int
    pins: list[dict[str, Any]]
