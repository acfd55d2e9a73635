"""Many posts, one commit. Rooms are locked in id order and never waited for; each post has an outcome of its own."""

import datetime as dt
import uuid
from dataclasses import dataclass, replace

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from delivery.actions import enqueue_all
from realtime import Again, Alone, Refusal, publish
from registry.models import Person
from rooms import bodies, policy
from rooms.actions import PUSH_AFTER, Written
from rooms.carrying import PLAIN, Carried
from rooms.models import Message, Room
from rooms.posting import portable, postgresql
from rooms.posting.labels import shown_in
from rooms.posting.portable import Seats
from rooms.serializers import message_event, topic_of


@dataclass(frozen=True, slots=True)
class Proposed:
    """What somebody wants to post."""

    author: Person
    room_id: int
    body: str
    client_message_id: uuid.UUID
    carried: Carried = PLAIN


@dataclass(slots=True)
class Draft:
    """A post whose text is fine, on its way to becoming a message."""

    number: int
    post: Proposed
    text: str
    member: int = 0
    seat: str = ""


def post_together(posts: list[Proposed]) -> list[Written | Exception]:
    """The outcome of each post: written, refused, Alone (not the usual case: retried names, rooms by rule, anything beside
    the text, a right that is missing or depends on others) or Again (its room is locked at this moment). Nobody's post
    waits for another's."""
    outcomes: list[Written | Exception] = [Alone()] * len(posts)
    drafts = _drafts(posts, outcomes)
    try:
        with transaction.atomic():
            written = _write(drafts, outcomes)
    except IntegrityError:
        # The same name from two devices at once: each finds out by itself which came first.
        return outcomes
    for number, message in written.items():
        outcomes[number] = message
    return outcomes


def _drafts(posts: list[Proposed], outcomes: list[Written | Exception]) -> list[Draft]:
    drafts: list[Draft] = []
    named: set[tuple[int, uuid.UUID]] = set()
    for number, post in enumerate(posts):
        name = (post.author.pk, post.client_message_id)
        if name in named or post.room_id not in policy.NUMBERS or post.carried is not PLAIN:
            continue
        try:
            drafts.append(Draft(number, post, bodies.accept(post.body)))
        except Refusal as refusal:
            outcomes[number] = refusal
        named.add(name)
    return drafts


def _write(drafts: list[Draft], outcomes: list[Written | Exception]) -> dict[int, Written]:
    """Lock, look, number, store, tell. The same few statements for 1 post and for 64."""
    store = postgresql if connection.vendor == "postgresql" else portable
    people = {draft.post.author.pk for draft in drafts}
    wanted = {draft.post.room_id for draft in drafts}
    rooms = store.lock(wanted, people)
    for draft in drafts:
        if draft.post.room_id not in rooms:
            outcomes[draft.number] = Again()
    inside = [draft for draft in drafts if draft.post.room_id in rooms]
    if not inside:
        return {}
    # After the locks and in a statement of its own: a seat that ended before them must not be found.
    seats, used = store.places([(d.post.room_id, d.post.author.pk, d.post.client_message_id) for d in inside])
    fit = [draft for draft in inside if _fits(draft, rooms[draft.post.room_id], seats, used)]
    if not fit:
        return {}
    authors = shown_in(
        {(d.post.room_id, d.post.author.pk): (d.member, rooms[d.post.room_id].roster) for d in fit},
    )
    now = timezone.now()
    written: dict[int, Written] = {}
    for draft in fit:
        message = _numbered(draft, rooms[draft.post.room_id], now)
        written[draft.number] = Written(message, authors[message.room_id, message.author_id])
    messages = [one.message for one in written.values()]
    store.insert(messages, [rooms[pk] for pk in {message.room_id for message in messages}])
    enqueue_all("message", [message.pk for message in messages], due_at=now + PUSH_AFTER)
    return {number: _told(rooms[one.message.room_id], one) for number, one in written.items()}


def _fits(draft: Draft, room: Room, seats: Seats, used: set[tuple[int, uuid.UUID]]) -> bool:
    post = draft.post
    draft.member, draft.seat = seats.get((post.room_id, post.author.pk), (0, ""))
    return (
        bool(draft.seat)
        and (post.author.pk, post.client_message_id) not in used
        and policy.posts_unaccompanied(draft.seat, room)
    )


def _numbered(draft: Draft, room: Room, now: dt.datetime) -> Message:
    room.head += 1
    room.last_seq += 1
    room.last_posted_at = now
    return Message(
        room_id=room.pk,
        seq=room.last_seq,
        rev=room.head,
        author_id=draft.post.author.pk,
        author_seat=draft.seat,
        client_message_id=draft.post.client_message_id,
        body=draft.text,
        body_digest=bodies.digest(draft.text),
        created_at=now,
    )


def _told(room: Room, one: Written) -> Written:
    event = message_event(one.message, one.author)
    publish(topic_of(room), event, rev=one.message.rev, roster=room.roster)
    return replace(one, told=event.message)
