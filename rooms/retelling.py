"""Messages whose own change shows elsewhere: in the answers that quote them, and above the room."""

from collections.abc import Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any

from realtime import publish
from rooms import sequence
from rooms.beside import beside
from rooms.models import Message, Room
from rooms.people import with_labels
from rooms.pinned import tell_pins
from rooms.serializers import author_of, message_event, topic_of


def retell_quotes(rooms: Mapping[int, Room], messages: list[Any]) -> None:
    """Tell the answers to these messages anew, so that none keeps words that are no more; their rooms must be locked.
    The same few statements for one answer and for a hundred."""
    answers = Message.objects.filter(reply_to__in=[message.pk for message in messages], removed_at=None)
    retell(rooms, list(with_labels(answers, person="author").order_by("room", "seq")))


def retell(rooms: Mapping[int, Room], messages: list[Any], *, changed: tuple[str, ...] = ()) -> None:
    """Number and store these messages, whose fields `changed` differ, and tell them; by room, whose rows must be locked."""
    if not messages:
        return
    for room_id, alike in groupby(messages, attrgetter("room_id")):
        some = list(alike)
        for message, rev in zip(some, sequence.next_changes(rooms[room_id], len(some)), strict=True):
            message.rev = rev
    Message.objects.bulk_update(messages, ["rev", *changed])
    around = beside(messages)
    for message in messages:
        room = rooms[message.room_id]
        publish(topic_of(room), message_event(message, author_of(message), around), rev=message.rev, roster=room.roster)


def retell_pin(room: Room, message: Any) -> None:
    """Where the message is pinned, what stands above the room; its row must be locked."""
    if hasattr(message, "pin"):
        tell_pins(room, message)
