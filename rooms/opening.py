"""A person's place in a room from which something is done: opened where the right is a rule, locked where it is written."""

from django.db import transaction

from realtime import refresh_access
from realtime.errors import NotFound
from registry.models import Person
from rooms import policy, turns
from rooms.kinds import Right
from rooms.models import Member, Message, Room
from rooms.people import with_labels
from rooms.policy import Place


def open_room(person: Person, room_id: int) -> Place:
    """The person's place, with a member row from now on: a room by rule gets one when somebody first opens it."""
    place = policy.find(person, room_id)
    if place.member._state.adding and place.room.state == Room.State.OPEN:
        # Two devices may open it at once. The roster number stays: nobody lost anything.
        with transaction.atomic():
            turns.take_share()
            Member.objects.bulk_create([policy.find(person, room_id).member], ignore_conflicts=True)
            refresh_access([person.pk])
        place = policy.find(person, room_id)
    return place


def take_part(person: Person, room_id: int) -> Place:
    """The place of somebody who may read there, the room locked until the caller's transaction ends. NotFound for
    strangers, and for everybody in an archive: nothing is done there any more."""
    try:
        return policy.require(person, Right.READ, room_id, lock=True)
    except NotFound:
        # A room by rule that the person has not opened yet.
        open_room(person, room_id)
        return policy.require(person, Right.READ, room_id, lock=True)


def message_in(place: Place, seq: int) -> Message:
    """The room's message of this number, with what its author's label needs; NotFound if there is none."""
    if seq not in policy.NUMBERS:
        raise NotFound
    found: Message | None = with_labels(
        Message.objects.filter(room=place.room, seq=seq).select_related("pin"), person="author"
    ).first()
    if found is None:
        raise NotFound
    return found
