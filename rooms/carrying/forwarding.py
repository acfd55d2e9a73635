"""Passing on what somebody said, to people who may read it where it was said, and to nobody else."""

from realtime.errors import NotFound
from registry.models import Person
from rooms import policy
from rooms.carrying.carried import Source
from rooms.errors import AlreadyRemoved, NoSuchMessage, OutsideScope
from rooms.kinds import Right
from rooms.models import Message, Room
from rooms.opening import open_room


def forwarded(author: Person, source: Source, room_id: int) -> Message:
    """The message of which a copy may be made in this room: the first, where the source is a copy itself.

    Both rooms are locked, in the order of their numbers, until the caller's transaction ends: whoever takes the source
    back meanwhile finds the copy.
    """
    # To a stranger there is no such room, whatever they would bring along.
    policy.require(author, Right.READ, room_id)
    message = _readable(author, source)
    both = sorted({room_id, message.room_id})
    for pk in both:
        # Before the locks: a seat is made in its turn (rooms/turns.py), and who has the turn may wait for the rooms.
        open_room(author, pk)
    places = {pk: policy.require(author, Right.READ, pk, lock=True) for pk in both}
    message.refresh_from_db(fields=["body", "files", "removed_at"])
    if message.removed_at:
        raise AlreadyRemoved
    if not policy.all_may_read(places[room_id].room, places[message.room_id].room):
        raise OutsideScope
    return message


def _readable(author: Person, source: Source) -> Message:
    """The message, or the first of those that it is a copy of, if this person may read it where it was said."""
    try:
        policy.require(author, Right.READ, source.room)
    except NotFound:
        raise NoSuchMessage from None
    named = Message.objects.filter(room=source.room, seq=source.seq) if source.seq in policy.NUMBERS else None
    found = named.select_related("forwarded_from").first() if named is not None else None
    if found is None:
        raise NoSuchMessage
    if found.removed_at:
        raise AlreadyRemoved
    first = found.forwarded_from or found
    room = Room.objects.get(pk=first.room_id)
    # What is said about a child stays between its two sides; and who may not read the first one passes nothing on.
    if policy.is_private(room) or room.state != Room.State.OPEN or not policy.can(author, Right.READ, room.pk):
        raise OutsideScope
    return first
