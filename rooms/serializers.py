"""The one shape of a room, member and message, for REST and events (docs/protocol.md 3)."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import translation

from registry import shapes
from rooms import bodies
from rooms.events import MessageEdited, MessageEvent, MessagePosted, MessageRemoved
from rooms.models import Message, Room
from rooms.people import Shown, shown


def moment(at: dt.datetime | None) -> str | None:
    """A time as clients get it: ISO 8601, UTC, to the millisecond."""
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def message_json(message: Message, author: Shown) -> dict[str, Any]:
    """Message; a removed one has no text."""
    return {
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


def labelled_message_json(message: Any) -> dict[str, Any]:
    """Message, from a row that went through people.with_labels(person="author")."""
    return message_json(message, author_of(message))


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
    }


def message_event(message: Message, author: Shown) -> MessageEvent:
    """The event that tells this message's latest state. One text for all readers, so in one language."""
    event: type[MessageEvent] = MessagePosted
    if message.removed_at:
        event = MessageRemoved
    elif message.edited_at:
        event = MessageEdited
    if translation.get_language() == settings.LANGUAGE_CODE:
        return event(rev=message.rev, message=message_json(message, author))
    with translation.override(settings.LANGUAGE_CODE):
        return event(rev=message.rev, message=message_json(message, author))


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
