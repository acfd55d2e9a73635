"""What the doors answer with: the same over REST and socket."""

from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from registry.models import Person
from rooms import selectors
from rooms.actions import Pointers, Written
from rooms.acts import Act
from rooms.models import Message
from rooms.serializers import message_json, messages_json


def message(written: Written) -> dict[str, Any]:
    """Message as it now stands."""
    if written.told is not None and get_language() == settings.LANGUAGE_CODE:
        return written.told
    return message_json(written.message, written.author, written.around)


def stands(message: Message) -> dict[str, Any]:
    """Message, from a row that went through people.with_labels(person="author")."""
    return messages_json([message])[0]


def reacted(act: Act) -> dict[str, Any]:
    """Reacted."""
    return act.told(reactions=act.message.reactions or [])


def voted(act: Act) -> dict[str, Any]:
    """Voted."""
    return act.told(poll=act.message.poll)


def pointers(person: Person, room_id: int, moved: Pointers) -> dict[str, Any]:
    """How far this person has the room, and what is left."""
    return {
        "read_seq": moved.read_seq,
        "have_seq": moved.have_seq,
        "unread": selectors.unread_in(person, room_id),
    }
