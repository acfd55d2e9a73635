"""The one shape of a room, member and message, for REST and events (docs/protocol.md 3)."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.utils import translation

from registry import shapes
from rooms import bodies
from rooms.beside import NOTHING, Beside, beside
from rooms.events import MessageEdited, MessageEvent, MessagePosted, MessageRemoved
from rooms.files.shape import first_file
from rooms.kinds import kind_named
from rooms.models import Message, Room
from rooms.people import Shown, shown

# Of a quoted or pinned message; with its dots at most 100.
EXCERPT = 99


def moment(at: dt.datetime | None) -> str | None:
    """A time as clients get it: ISO 8601, UTC, to the millisecond."""
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def message_json(message: Message, author: Shown, around: Beside = NOTHING) -> dict[str, Any]:
    """Message; a removed one has no text. What there is not is left out: an ordinary message is as short as ever."""
    told = {
        "room": message.room_id,
        "seq": message.seq,
        "rev": message.rev,
        "author": author.ref(),
        "client_message_id": str(message.client_message_id),
        "body": "" if message.removed_at else message.body,
        "created_at": moment(message.created_at),
        "edited_at": moment(message.edited_at),
        "removed_at": moment(message.removed_at),
    }
    if message.removed_at:
        told |= _removal(message)
    elif around is not NOTHING or message.reactions or message.poll or message.mentions_all or message.files:
        told |= _carried(message, around)
    return told


def _removal(message: Message) -> dict[str, Any]:
    """By whom; nobody where a copy went with what it was a copy of."""
    if message.removed_by_id == message.author_id:
        return {"removed_by": "author"}
    return {} if message.forwarded_from_id else {"removed_by": "moderator"}


def _carried(message: Message, around: Beside) -> dict[str, Any]:
    """What the message has beside its text."""
    told: dict[str, Any] = {}
    if answered := around.quoted.get(message.reply_to_id or 0):
        told["reply_to"] = quote_json(answered)
    if named := around.mentioned.get(message.pk):
        told["mentions"] = [one.ref() for one in named]
    if message.mentions_all:
        told["mentions_all"] = True
    if first := around.quoted.get(message.forwarded_from_id or 0):
        title = kind_named(first.room.kind).title(first.room)
        told["forwarded"] = {"author": author_of(first).ref(), "room_title": title}
    if message.reactions:
        told["reactions"] = message.reactions
    if message.poll:
        told["poll"] = message.poll
    if message.files:
        told["files"] = message.files
    return told


def quote_json(message: Any) -> dict[str, Any]:
    """A message as its answers show it, from a row that went through people.with_labels(person="author")."""
    return {
        "seq": message.seq,
        "author": author_of(message).ref(),
        "excerpt": "" if message.removed_at else bodies.excerpt(message.body, EXCERPT),
        "removed": message.removed_at is not None,
    } | first_file(message)


def messages_json(messages: Collection[Any]) -> list[dict[str, Any]]:
    """Each as Message, from rows that went through people.with_labels(person="author")."""
    around = beside(messages)
    return [message_json(message, author_of(message), around) for message in messages]


def author_of(message: Any) -> Shown:
    """How a message's author is shown, from a row that went through people.with_labels(person="author")."""
    return shown(message, person=message.author, seat=message.author_seat)


def last_json(message: Any) -> dict[str, Any]:
    """The newest message of a room as its row in the list shows it."""
    return {
        "seq": message.seq,
        "author": author_of(message).ref(),
        "excerpt": "" if message.removed_at else bodies.excerpt(message.body),
        "created_at": moment(message.created_at),
        "removed": message.removed_at is not None,
    } | first_file(message, with_name=False)


def message_event(message: Message, author: Shown, around: Beside = NOTHING) -> MessageEvent:
    """The event that tells this message's latest state. One text for all readers, so in one language."""
    event: type[MessageEvent] = MessagePosted
    if message.removed_at:
        event = MessageRemoved
    elif message.edited_at:
        event = MessageEdited
    if translation.get_language() == settings.LANGUAGE_CODE:
        return event(rev=message.rev, message=message_json(message, author, around))
    with translation.override(settings.LANGUAGE_CODE):
        return event(rev=message.rev, message=message_json(message, author, around))


def topic_of(room: Room) -> str:
    """The hub's address of a room."""
    return f"room.{room.pk}"


def room_frame(room: Room) -> dict[str, Any]:
    """The part of Room that is the same for everybody in it."""
    return {
        "id": room.pk,
        "kind": room.kind,
        "org": shapes.org_ref(room.org),
        "school_class": shapes.class_ref(room.school_class) if room.school_class else None,
        "is_talk_open": room.is_talk_open,
        "state": room.state,
        "head": room.head,
        "last_seq": room.last_seq,
    }
