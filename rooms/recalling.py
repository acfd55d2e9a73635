"""Taking a message back, with all that hangs on it: what was done to it, quotes of it, and copies of it elsewhere."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from registry.models import Person
from rooms.models import File, Mention, Message, Reaction, Room, Vote
from rooms.people import with_labels
from rooms.pinned import tell_pins
from rooms.policy import NUMBERS
from rooms.retelling import retell, retell_quotes

# What a message that was taken back has no more.
_GONE = ("body", "removed_at", "removed_by", "reactions", "poll", "mention_count", "mentions_all", "files")


class CopiedMeanwhileError(Exception):
    """Somebody forwarded the message while its rooms were being locked: to be begun anew."""


def rooms_of_copies(room_id: int, seq: int) -> set[int]:
    """Where copies of the message are."""
    if room_id not in NUMBERS or seq not in NUMBERS:
        return set()
    copies = Message.objects.filter(forwarded_from__room=room_id, forwarded_from__seq=seq, removed_at=None)
    return set(copies.values_list("room", flat=True))


def lock(room_ids: Collection[int]) -> dict[int, Room]:
    """These rooms, locked in the order of their numbers. Whoever asks has seen that the person may read the message."""
    rooms = Room.objects.filter(pk__in=room_ids).select_for_update(no_key=True)
    return {room.pk: room for room in rooms.order_by("pk")}


def take_back(rooms: dict[int, Room], message: Any, *, by: Person, at: dt.datetime) -> list[int]:
    """The message and its copies, emptied; the keys of the copies. Their rooms must be locked, and be all of them."""
    copies = Message.objects.filter(forwarded_from=message, removed_at=None).select_related("pin")
    gone = [message, *with_labels(copies, person="author").order_by("room", "seq")]
    if any(one.room_id not in rooms for one in gone):
        raise CopiedMeanwhileError
    for one in gone:
        _clear(rooms[one.room_id], one, by, at)
    retell(rooms, sorted(gone, key=lambda one: (one.room_id, one.seq)), changed=_GONE)
    retell_quotes(rooms, gone)
    return [one.pk for one in gone[1:]]


def _clear(room: Room, message: Any, by: Person, at: dt.datetime) -> None:
    if hasattr(message, "pin"):
        message.pin.delete()
        tell_pins(room, message)
    if message.reactions:
        Reaction.objects.filter(message=message).delete()
    if message.poll:
        Vote.objects.filter(message=message).delete()
    if message.mention_count:
        Mention.objects.filter(message=message).delete()
    if message.files:
        # Nobody opens them from here on; their bytes go with the next clearing, if no other message has the same.
        File.objects.filter(message=message).delete()
    message.body = ""
    message.removed_at, message.removed_by = at, by
    message.reactions = message.poll = message.files = None
    message.mention_count, message.mentions_all = 0, False
