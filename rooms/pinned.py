"""What stands above a room: its pins that have not ended, and telling of them."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils import timezone, translation

from realtime import publish
from rooms import bodies, sequence
from rooms.events import RoomPinned
from rooms.files.shape import first_file
from rooms.models import Message, Pin, Room
from rooms.people import Shown, with_labels
from rooms.serializers import EXCERPT, author_of, moment, topic_of


def live_pins(room_ids: Collection[int]) -> dict[int, list[Any]]:
    """The pinned messages of each of these rooms, the newest pin first; one query, and none for no rooms."""
    found: dict[int, list[Any]] = defaultdict(list)
    if room_ids:
        pinned = Message.objects.filter(pin__room__in=room_ids, pin__until__gt=timezone.now(), removed_at=None)
        for message in with_labels(pinned, person="author").select_related("pin__by").order_by("-pin__pk"):
            found[message.room_id].append(message)
    return found


def has_pins(room: Room) -> bool:
    """Whether it is worth asking: a pin of this room may not have ended yet."""
    return room.pinned_until is not None and room.pinned_until > timezone.now()


def pins_json(messages: Collection[Any]) -> list[dict[str, Any]]:
    """Each as Pin."""
    return [_pin_json(message) for message in messages]


def told_pins(messages: Collection[Any]) -> dict[str, Any]:
    """`pins` of an answer; left out where there are none."""
    return {"pins": pins_json(messages)} if messages else {}


def _pin_json(message: Any) -> dict[str, Any]:
    pin: Pin = message.pin
    by = Shown(person=pin.by, seat=pin.seat, org_type=message.room.org.type)
    return {
        "seq": message.seq,
        "author": author_of(message).ref(),
        "excerpt": bodies.excerpt(message.body, EXCERPT),
        "until": moment(pin.until),
        "by": {"id": pin.by.pk, "name": pin.by.name, "address": by.address()},
    } | first_file(message)


def tell_pins(room: Room, message: Message) -> None:
    """The room's pins have changed, by this message: one more change of the room, whose row must be locked."""
    room.pinned_until = Pin.objects.filter(room=room).aggregate(last=Max("until"))["last"]
    message.rev = sequence.next_change(room)
    Room.objects.filter(pk=room.pk).update(pinned_until=room.pinned_until)
    Message.objects.filter(pk=message.pk).update(rev=message.rev)
    pinned = live_pins([room.pk])[room.pk] if room.pinned_until else []
    with translation.override(settings.LANGUAGE_CODE):
        event = RoomPinned(room=room.pk, seq=message.seq, rev=message.rev, pins=pins_json(pinned))
    publish(topic_of(room), event, rev=message.rev, roster=room.roster)
