"""What those who lead a room keep above it, until a date."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from registry import audit
from registry.models import Person
from rooms.errors import AlreadyRemoved, MayNotModerate, TimeNotPossible, TooManyPins
from rooms.kinds import Right
from rooms.models import Message, Pin, Room
from rooms.opening import message_in, take_part
from rooms.pinned import live_pins, pins_json, tell_pins
from rooms.policy import Place

MOST = 3
LASTS = dt.timedelta(days=7)
LONGEST = dt.timedelta(days=366)


@transaction.atomic
def pin(person: Person, room_id: int, seq: int, *, until: dt.datetime | None = None) -> list[dict[str, Any]]:
    """The room's pins, with this message among them until then, or for a week. Again: another date.

    Raises MayNotModerate, AlreadyRemoved, TooManyPins, and TimeNotPossible for a date that has passed or lies beyond the
    class's year.
    """
    place = _leading(person, room_id)
    message = message_in(place, seq)
    if message.removed_at:
        raise AlreadyRemoved
    now = timezone.now()
    ends = min(now + LASTS, _latest(place.room, now)) if until is None else until
    if not now < ends <= _latest(place.room, now):
        raise TimeNotPossible
    others = Pin.objects.filter(room=place.room).exclude(message=message)
    others.filter(until__lte=now).delete()
    if others.count() >= MOST:
        raise TooManyPins(most=MOST)
    Pin.objects.update_or_create(
        message=message, defaults={"room": place.room, "by": person, "seat": place.member.seat, "until": ends}
    )
    return _changed(person, place, message, "message.pinned")


@transaction.atomic
def unpin(person: Person, room_id: int, seq: int) -> list[dict[str, Any]]:
    """The room's pins without this message."""
    place = _leading(person, room_id)
    message = message_in(place, seq)
    found, _kinds = Pin.objects.filter(message=message).delete()
    if not found:
        return pins_json(live_pins([room_id])[room_id])
    return _changed(person, place, message, "message.unpinned")


def _leading(person: Person, room_id: int) -> Place:
    """In a thread both sides keep what they agreed on; elsewhere those who lead the room."""
    place = take_part(person, room_id)
    if Right.MODERATE not in place.rights and not (place.kind.is_private and Right.POST in place.rights):
        raise MayNotModerate
    return place


def _latest(room: Room, now: dt.datetime) -> dt.datetime:
    """A year ahead, or the day on which the room's class ends, where that is earlier (`ends_on` is exclusive)."""
    longest = now + LONGEST
    last_day = room.school_class.ends_on if room.school_class else None
    if last_day is None:
        return longest
    return min(longest, dt.datetime.combine(last_day, dt.time(), tzinfo=timezone.get_default_timezone()))


def _changed(person: Person, place: Place, message: Message, act: str) -> list[dict[str, Any]]:
    tell_pins(place.room, message)
    told = pins_json(live_pins([place.room.pk])[place.room.pk])
    # Last: whoever else writes a line of the record waits until this transaction ends.
    audit.record(person, act, subject=f"message:{message.pk}", concerning=place.room.org_id)
    return told
