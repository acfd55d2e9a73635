"""The numbers of a room: the next one, what changed since one, and where many rooms stand. Only this file and posting/
(which numbers many posts at once) move a head, always under the room's lock."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Q, QuerySet

from registry.lists import these
from rooms.models import Message, Room


def next_message(room: Room, at: dt.datetime) -> tuple[int, int]:
    """The (seq, rev) of a new message; the room's row must be locked by this transaction."""
    room.head += 1
    room.last_seq += 1
    room.last_posted_at = at
    Room.objects.filter(pk=room.pk).update(head=room.head, last_seq=room.last_seq, last_posted_at=at)
    return room.last_seq, room.head


def next_change(room: Room) -> int:
    """The rev of a change to an earlier message; the room's row must be locked by this transaction."""
    return next_changes(room, 1)[0]


def next_changes(room: Room, count: int) -> range:
    """The revs of so many changes at once; the room's row must be locked by this transaction."""
    before, room.head = room.head, room.head + count
    Room.objects.filter(pk=room.pk).update(head=room.head)
    return range(before + 1, room.head + 1)


def heads(room_ids: Collection[int]) -> dict[int, int]:
    """The head of each of these rooms that is open, in one query."""
    rooms = Room.objects.filter(pk__in=these(room_ids), state=Room.State.OPEN)
    return dict(rooms.values_list("pk", "head"))


def changes_since(room_id: int, rev: int) -> QuerySet[Message]:
    """Messages that are new or changed after `rev`, each once, in its latest state, by rev."""
    return Message.objects.filter(room=room_id, rev__gt=rev).order_by("rev")


def changes_in(revs: dict[int, int]) -> QuerySet[Message]:
    """The same for many rooms, {room: rev}, in one query, by room and rev."""
    if not revs:
        return Message.objects.none()
    condition = Q()
    for room_id, rev in revs.items():
        condition |= Q(room=room_id, rev__gt=rev)
    return Message.objects.filter(condition).order_by("room", "rev")
