"""All that people do in rooms. Each action is one transaction; what it tells goes out after the commit."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from delivery.actions import enqueue
from realtime import Refusal, publish
from realtime.errors import NotFound
from registry import audit
from registry.models import Person
from rooms import policy, recalling, sequence
from rooms.beside import NOTHING, Beside, beside
from rooms.bodies import accept
from rooms.carrying import PLAIN, Carried, forwarded, load
from rooms.errors import AlreadyRemoved, Empty, MayNotPost, NameTaken, NotYours, StaysAsItIs, TooLate
from rooms.events import ReceiptMoved, RoomChanged
from rooms.kinds import Right
from rooms.models import Member, Message, Room
from rooms.opening import message_in, open_room
from rooms.people import Shown, shown, with_labels
from rooms.policy import Place
from rooms.retelling import retell_pin, retell_quotes
from rooms.serializers import message_event, topic_of

__all__ = ["open_room"]

# Who wrote it may change it or take it back for so long; later, what parents have read stays what they have read.
MINUTES_TO_CHANGE = 60
# Whoever has the room open reads it within this time and needs no push.
PUSH_AFTER = dt.timedelta(seconds=4)


@dataclass(frozen=True, slots=True)
class Written:
    """A message as it now stands, how its author is shown, whether this call made it, and what it points to."""

    message: Message
    author: Shown
    is_new: bool = True
    around: Beside = NOTHING
    # Message as JSON in the installation's language, where it was made for the event already.
    told: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Pointers:
    """How far somebody has a room and has read it."""

    have_seq: int
    read_seq: int


def post_message(
    author: Person, room_id: int, *, body: str, client_message_id: uuid.UUID, carried: Carried = PLAIN
) -> Written:
    """Add a message to a room. The same client_message_id and content again: the first one; other content: NameTaken."""
    text = carried.accept(body)
    try:
        return _post(author, room_id, text, client_message_id, carried)
    except NotFound:
        # A room by rule that the author has not opened yet; NotFound again for strangers.
        open_room(author, room_id)
        return _post(author, room_id, text, client_message_id, carried)
    except (IntegrityError, Refusal):
        # Asked only here, so that an ordinary post is five statements: the name was used before. Also when the right to
        # write has ended since, or what is mentioned has left: the first answer stays true.
        earlier = _earlier(author, client_message_id)
        if earlier is None:
            raise
        if earlier.room_id != room_id or bytes(earlier.body_digest) != carried.digest(text):
            raise NameTaken from None
        policy.require(author, Right.READ, room_id)
        return _as_it_stands(earlier, shown(earlier, person=author, seat=earlier.author_seat), is_new=False)


@transaction.atomic
def _post(author: Person, room_id: int, text: str, client_message_id: uuid.UUID, carried: Carried) -> Written:
    first = forwarded(author, carried.forward, room_id) if carried.forward else None
    place = policy.require(author, Right.POST, room_id, lock=True)
    given = load(carried, place, first)
    now = timezone.now()
    seq, rev = sequence.next_message(place.room, now)
    message = Message.objects.create(
        room=place.room,
        seq=seq,
        rev=rev,
        author=author,
        author_seat=place.member.seat,
        client_message_id=client_message_id,
        body=first.body if first else text,
        body_digest=carried.digest(text),
        created_at=now,
        forwarded_from=first,
        **given.columns,
    )
    given.store(message)
    written = _as_it_stands(message, place.shown)
    _tell(place.room, written)
    enqueue("message", message.pk, due_at=now + PUSH_AFTER)
    return written


def _as_it_stands(message: Message, author: Shown, *, is_new: bool = True) -> Written:
    return Written(message, author, is_new=is_new, around=beside([message]))


def _earlier(author: Person, client_message_id: uuid.UUID) -> Message | None:
    named = Message.objects.filter(author=author, client_message_id=client_message_id)
    found: Message | None = with_labels(named, person="author").first()
    return found


@transaction.atomic
def edit_message(author: Person, room_id: int, seq: int, *, body: str) -> Written:
    """Give one's own message another text, within the hour. The same text again changes nothing."""
    text = accept(body, may_be_empty=True)
    place = policy.require(author, Right.READ, room_id, lock=True)
    message = message_in(place, seq)
    if not text and not message.files:
        raise Empty
    if message.author_id != author.pk:
        raise NotYours
    if message.removed_at:
        raise AlreadyRemoved
    if message.poll or message.forwarded_from_id:
        raise StaysAsItIs
    if message.body == text:
        return _as_it_stands(message, place.shown, is_new=False)
    if Right.POST not in place.rights:
        raise MayNotPost
    _require_time(message)
    message.body = text
    message.edited_at = timezone.now()
    message.rev = sequence.next_change(place.room)
    message.save(update_fields=["rev", "body", "edited_at"])
    written = _as_it_stands(message, place.shown)
    _tell(place.room, written)
    retell_quotes({place.room.pk: place.room}, [message])
    retell_pin(place.room, message)
    return written


def remove_message(person: Person, room_id: int, seq: int) -> Written:
    """Take a message back: its author within the hour, moderators at any time. The row stays, empty; quotes and copies
    of it go as well."""
    while True:
        try:
            return _remove(person, room_id, seq)
        except recalling.CopiedMeanwhileError:
            continue


@transaction.atomic
def _remove(person: Person, room_id: int, seq: int) -> Written:
    rooms: dict[int, Room] = {}
    if elsewhere := recalling.rooms_of_copies(room_id, seq):
        # No stranger makes a room wait.
        policy.require(person, Right.READ, room_id)
        rooms = recalling.lock({room_id, *elsewhere})
    place = policy.require(person, Right.READ, room_id, lock=True)
    message = message_in(place, seq)
    author = shown(message, person=message.author, seat=message.author_seat)
    if message.author_id != person.pk and Right.MODERATE not in place.rights:
        raise NotYours
    if message.removed_at:
        return Written(message, author, is_new=False)
    if Right.MODERATE not in place.rights:
        _require_time(message)
    copies = recalling.take_back(rooms | {room_id: place.room}, message, by=person, at=timezone.now())
    # Last: whoever else writes a line of the record waits until this transaction ends.
    audit.record(
        person,
        "message.removed",
        subject=f"message:{message.pk}",
        concerning=place.room.org_id,
        **({"copies": copies} if copies else {}),
    )
    return Written(message, author)


def _require_time(message: Message) -> None:
    if timezone.now() - message.created_at > dt.timedelta(minutes=MINUTES_TO_CHANGE):
        raise TooLate(minutes=MINUTES_TO_CHANGE)


def _tell(room: Room, written: Written) -> None:
    event = message_event(written.message, written.author, written.around)
    publish(topic_of(room), event, rev=written.message.rev, roster=room.roster)


@transaction.atomic
def mark_read(person: Person, room_id: int, *, read_seq: int = 0, have_seq: int = 0) -> Pointers:
    """Move one's pointers forward, never back and never beyond what there is; tell those who may see it."""
    place = open_room(person, room_id)
    member = place.member
    if member._state.adding:
        # An archive is read without a trace: nobody waits for it, and nothing is new in it.
        return Pointers(member.have_seq, member.read_seq)
    read = min(max(read_seq, member.read_seq), place.room.last_seq)
    have = min(max(have_seq, member.have_seq, read), place.room.last_seq)
    if (have, read) == (member.have_seq, member.read_seq):
        return Pointers(have, read)
    # Greatest: two devices may report at the same moment, and the later answer may come first.
    Member.objects.filter(pk=member.pk).update(
        have_seq=Greatest(F("have_seq"), have), read_seq=Greatest(F("read_seq"), read)
    )
    moved = ReceiptMoved(room=room_id, person=person.pk, have_seq=have, read_seq=read)
    for topic in _receipt_topics(place):
        publish(topic, moved)
    return Pointers(have, read)


def _receipt_topics(place: Place) -> list[str]:
    """A thread's both sides see it; in a class its teachers do, each on their own topic; one's own devices always."""
    if place.kind.is_private:
        return [topic_of(place.room)]
    watching = Member.objects.filter(room=place.room, seat__in=place.kind.sees_receipts)
    people = {place.member.person_id, *watching.values_list("person", flat=True)}
    return [f"person.{pk}" for pk in sorted(people)]


@transaction.atomic
def set_talk_open(person: Person, room_id: int, *, is_talk_open: bool) -> Place:
    """Open or close a room for those who otherwise only read."""
    open_room(person, room_id)
    place = policy.require(person, Right.OPEN_TALK, room_id, lock=True)
    if place.room.is_talk_open != is_talk_open:
        place.room.is_talk_open = is_talk_open
        place.room.save(update_fields=["is_talk_open"])
        event = RoomChanged(is_talk_open=is_talk_open, state=place.room.state)
        publish(topic_of(place.room), event, roster=place.room.roster)
        act = "room.talk_opened" if is_talk_open else "room.talk_closed"
        audit.record(person, act, subject=f"room:{room_id}", concerning=place.room.org_id)
    return place
