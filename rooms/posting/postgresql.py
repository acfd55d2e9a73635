"""A group of posts in PostgreSQL: three constant statements, whatever their number."""

import uuid
from collections.abc import Collection, Sequence

from rooms.models import Message, Room
from rooms.posting.planned import rows_of
from rooms.posting.portable import Named, Seats

# Members only, so that no stranger can make a room wait. NO KEY: seats being given by an import do not block it. SKIP
# LOCKED: a room that is busy elsewhere must not keep the others waiting, and nobody who waits for nothing can deadlock.
_LOCK = """
SELECT r.id, r.kind, r.state, r.is_talk_open, r.head, r.last_seq, r.roster FROM rooms_room r
WHERE r.id = ANY(%s) AND EXISTS (SELECT 1 FROM rooms_member m WHERE m.room_id = r.id AND m.person_id = ANY(%s))
ORDER BY r.id FOR NO KEY UPDATE OF r SKIP LOCKED"""
_PLACES = """
SELECT p.room, p.person, p.name, m.id, m.seat,
  EXISTS (SELECT 1 FROM rooms_message x WHERE x.author_id = p.person AND x.client_message_id = p.name)
FROM unnest(%s::bigint[], %s::bigint[], %s::uuid[]) AS p(room, person, name)
JOIN rooms_member m ON m.room_id = p.room AND m.person_id = p.person"""
# The rooms' heads move in the same statement.
_INSERT = """
WITH moved AS (
  UPDATE rooms_room r SET head = w.head, last_seq = w.seq, last_posted_at = w.at
  FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[]) AS w(room, head, seq, at) WHERE r.id = w.room
)
INSERT INTO rooms_message
  (room_id, seq, rev, author_id, author_seat, client_message_id, body, body_digest, created_at)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::uuid[], %s::text[],
  %s::bytea[], %s::timestamptz[])
RETURNING room_id, seq, id"""


def lock(room_ids: Collection[int], people: Collection[int]) -> dict[int, Room]:
    """Those of the rooms that any of these people is in and that nobody holds; held until the transaction ends."""
    names = ("pk", "kind", "state", "is_talk_open", "head", "last_seq", "roster")
    rows = rows_of(_LOCK, [sorted(room_ids), sorted(people)])
    return {row[0]: Room(**dict(zip(names, row, strict=True))) for row in rows}


def places(posts: Sequence[Named]) -> tuple[Seats, set[tuple[int, uuid.UUID]]]:
    """Member rows and seats of (room, person), and which (author, name) have been used before."""
    rows = rows_of(_PLACES, [list(column) for column in zip(*posts, strict=True)])
    return (
        {(room, person): (pk, seat) for room, person, _name, pk, seat, _used in rows},
        {(person, name) for _room, person, name, _pk, _seat, used in rows if used},
    )


def insert(messages: Sequence[Message], rooms: Collection[Room]) -> None:
    """Store the messages and the heads of their rooms; give the messages their keys."""
    moved = [(room.pk, room.head, room.last_seq, room.last_posted_at) for room in rooms]
    columns = zip(
        *(
            (
                message.room_id,
                message.seq,
                message.rev,
                message.author_id,
                message.author_seat,
                message.client_message_id,
                message.body,
                message.body_digest,
                message.created_at,
            )
            for message in messages
        ),
        strict=True,
    )
    keys = {
        (room, seq): pk
        for room, seq, pk in rows_of(_INSERT, [list(column) for column in (*zip(*moved, strict=True), *columns)])
    }
    for message in messages:
        message.pk = keys[message.room_id, message.seq]
