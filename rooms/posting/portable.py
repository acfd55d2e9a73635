"""A group of posts through the ORM: what any database understands."""

import uuid
from collections.abc import Collection, Sequence

from rooms.models import Member, Message, Room

Named = tuple[int, int, uuid.UUID]
# By (room, person): the key of the member row, and the seat.
Seats = dict[tuple[int, int], tuple[int, str]]


def lock(room_ids: Collection[int], people: Collection[int]) -> dict[int, Room]:
    """Those of the rooms that any of these people is in. The transaction is the lock: SQLite has one writer."""
    rooms = Room.objects.filter(pk__in=room_ids, members__person__in=people).distinct()
    return {room.pk: room for room in rooms}


def places(posts: Sequence[Named]) -> tuple[Seats, set[tuple[int, uuid.UUID]]]:
    """Member rows and seats of (room, person), and which (author, name) have been used before."""
    people = {person for _room, person, _name in posts}
    seats = Member.objects.filter(room__in={room for room, _person, _name in posts}, person__in=people)
    used = Message.objects.filter(author__in=people, client_message_id__in={name for _room, _person, name in posts})
    return (
        {(room, person): (pk, seat) for room, person, pk, seat in seats.values_list("room", "person", "pk", "seat")},
        set(used.values_list("author", "client_message_id")),
    )


def insert(messages: Sequence[Message], rooms: Collection[Room]) -> None:
    """Store the messages and the heads of their rooms; give the messages their keys."""
    Message.objects.bulk_create(messages)
    for room in rooms:
        Room.objects.filter(pk=room.pk).update(
            head=room.head, last_seq=room.last_seq, last_posted_at=room.last_posted_at
        )
