"""Answers without a word: 45 hearts instead of 45 times "Vâng ạ", and nobody's phone rings."""

from typing import Any

from django.db import transaction
from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from realtime import publish
from realtime.errors import BadInput
from registry.models import Person
from rooms import sequence
from rooms.acts import Act
from rooms.errors import AlreadyRemoved
from rooms.events import MessageReacted
from rooms.models import Message, Reaction
from rooms.opening import message_in, take_part
from rooms.own import own_of
from rooms.policy import Place
from rooms.serializers import topic_of

# A closed set: a school decides what is said in its rooms, and five are told apart at a glance.
KINDS = ("tim", "like", "cam_on", "vui", "buon")
# Who they were is told of so many; the rest is a number.
PEOPLE_TOLD = 100


@transaction.atomic
def react(person: Person, room_id: int, seq: int, *, kind: str | None) -> Act:
    """This person's reaction to a message is `kind` from now on, or none. The same again changes nothing.

    Raises AlreadyRemoved for a message that was taken back, NotFound where the person may not read.
    """
    if kind is not None and kind not in KINDS:
        raise BadInput(field="kind")
    place = take_part(person, room_id)
    message = message_in(place, seq)
    if message.removed_at:
        raise AlreadyRemoved
    mine = Reaction.objects.filter(message=message, person=person)
    before = mine.first()
    if (before.kind if before else None) == kind:
        return Act(message, own_of(person, [message]))
    if before:
        mine.delete()
    if kind:
        Reaction.objects.create(message=message, person=person, kind=kind)
    _tell(place, message, person, kind)
    return Act(message, own_of(person, [message]))


def _tell(place: Place, message: Message, person: Person, kind: str | None) -> None:
    message.reactions = _counted(message, named=not place.kind.is_by_rule) or None
    message.rev = sequence.next_change(place.room)
    message.save(update_fields=["reactions", "rev"])
    event = MessageReacted(
        room=place.room.pk,
        seq=message.seq,
        rev=message.rev,
        # In a community room nobody is told who looks in.
        person=None if place.kind.is_by_rule else person.pk,
        kind=kind,
        reactions=message.reactions or [],
    )
    publish(topic_of(place.room), event, rev=message.rev, roster=place.room.roster)


def _counted(message: Message, *, named: bool) -> list[dict[str, Any]]:
    """Reactions, as they are told."""
    rows = Reaction.objects.filter(message=message)
    newest = rows.annotate(
        place=Window(RowNumber(), partition_by="kind", order_by="-pk"),
        count=Window(Count("pk"), partition_by="kind"),
    ).filter(place__lte=PEOPLE_TOLD if named else 1)
    found: dict[str, dict[str, Any]] = {}
    for kind, count, person in newest.order_by(F("pk").desc()).values_list("kind", "count", "person"):
        told = found.setdefault(kind, {"kind": kind, "count": count, "people": []})
        if named:
            told["people"].append(person)
    return [found[kind] for kind in KINDS if kind in found]
