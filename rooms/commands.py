"""What clients may order over the socket. Importing this also registers the owner of the rooms' topics."""

import datetime as dt
import uuid
from typing import Annotated, Any

from django.utils import translation
from msgspec import Meta, Struct

from realtime import Asked, Order, command, together
from realtime.errors import BadInput
from registry.models import Person
from rooms import actions, answers, polls, presence, reactions, topics
from rooms.carrying import PLAIN, Carried, Source
from rooms.catching_up import Away, catch_up, catch_up_all
from rooms.polls import Ballot
from rooms.posting import Proposed, post_together

__all__ = ["topics"]

# Room ids and numbers in rooms are whole and not negative; the database holds 63 bits.
Number = Annotated[int, Meta(ge=0, le=2**63 - 1)]
MOST_ROOMS = 1_000
AwareTime = Annotated[dt.datetime, Meta(tz=True)]


class Forward(Struct, forbid_unknown_fields=True, frozen=True):
    room: Number
    seq: Number


class Asking(Struct, forbid_unknown_fields=True, frozen=True):
    options: tuple[str, ...]
    several: bool
    shows_names: bool
    closes_at: AwareTime | None = None


class Post(Order, tag="message.post", tag_field="type", frozen=True):
    room: Number
    client_message_id: uuid.UUID
    body: str = ""
    reply_to: Number | None = None
    mentions: tuple[Number, ...] = ()
    mentions_all: bool = False
    poll: Asking | None = None
    forward: Forward | None = None
    files: tuple[Number, ...] = ()

    def carried(self) -> Carried:
        """What it carries beside its text: nearly always nothing."""
        poll, source = self.poll, self.forward
        asked = self.mentions or self.mentions_all or self.files
        if self.reply_to is None and source is None and poll is None and not asked:
            return PLAIN
        return Carried(
            reply_to=self.reply_to,
            mentions=self.mentions,
            mentions_all=self.mentions_all,
            poll=Ballot(poll.options, poll.several, poll.shows_names, poll.closes_at) if poll else None,
            forward=Source(source.room, source.seq) if source else None,
            files=self.files,
        )


class Edit(Order, tag="message.edit", tag_field="type", frozen=True):
    room: Number
    seq: Number
    body: str


class Remove(Order, tag="message.remove", tag_field="type", frozen=True):
    room: Number
    seq: Number


class React(Order, tag="message.react", tag_field="type", frozen=True):
    room: Number
    seq: Number
    kind: str | None


class CastVote(Order, tag="poll.vote", tag_field="type", frozen=True):
    room: Number
    seq: Number
    options: tuple[Number, ...]


class Read(Order, tag="message.read", tag_field="type", frozen=True):
    room: Number
    read_seq: Number = 0
    have_seq: Number = 0


class Typing(Order, tag="typing", tag_field="type", frozen=True):
    room: Number


class Presence(Order, tag="presence", tag_field="type", frozen=True):
    room: Number
    here: bool


class Resume(Order, tag="room.resume", tag_field="type", frozen=True):
    epoch: str
    rooms: dict[str, Number]


@command(Post)
def post(person: Person, order: Post) -> dict[str, Any]:
    """message.post"""
    return _posted(
        actions.post_message(
            person,
            order.room,
            body=order.body,
            client_message_id=order.client_message_id,
            carried=order.carried(),
        )
    )


@together(Post, at_once=64)
def post_all(asked: list[Asked]) -> list[Any]:
    """message.post, of many people at once"""
    outcomes = post_together(
        [
            Proposed(one.person, one.order.room, one.order.body, one.order.client_message_id, one.order.carried())
            for one in asked
        ]
    )
    return [_in_language(one.language, outcome) for one, outcome in zip(asked, outcomes, strict=True)]


def _in_language(language: str, outcome: actions.Written | Exception) -> Any:
    if isinstance(outcome, Exception):
        return outcome
    if language == translation.get_language():
        return _posted(outcome)
    with translation.override(language):
        return _posted(outcome)


def _posted(written: actions.Written) -> dict[str, Any]:
    message = answers.message(written)
    return {"room": message["room"], "seq": message["seq"], "rev": message["rev"], "message": message}


@command(Edit)
def edit(person: Person, order: Edit) -> dict[str, Any]:
    """message.edit"""
    return {"message": answers.message(actions.edit_message(person, order.room, order.seq, body=order.body))}


@command(Remove)
def remove(person: Person, order: Remove) -> dict[str, Any]:
    """message.remove"""
    return {"message": answers.message(actions.remove_message(person, order.room, order.seq))}


@command(React)
def react(person: Person, order: React) -> dict[str, Any]:
    """message.react"""
    return answers.reacted(reactions.react(person, order.room, order.seq, kind=order.kind))


@command(CastVote)
def cast_vote(person: Person, order: CastVote) -> dict[str, Any]:
    """poll.vote"""
    return answers.voted(polls.vote(person, order.room, order.seq, options=order.options))


@command(Read)
def read(person: Person, order: Read) -> dict[str, Any]:
    """message.read"""
    pointers = actions.mark_read(person, order.room, read_seq=order.read_seq, have_seq=order.have_seq)
    return answers.pointers(person, order.room, pointers)


@command(Typing)
async def typing(person: Person, order: Typing) -> None:
    """typing"""
    await presence.tell_typing(person, order.room)


@command(Presence)
async def be_here(person: Person, order: Presence) -> None:
    """presence"""
    await presence.tell_presence(person, order.room, here=order.here)


@command(Resume)
def resume(person: Person, order: Resume) -> dict[str, Any]:
    """room.resume"""
    return catch_up(person, known_epoch=order.epoch, revs=named_rooms(order.rooms))


@together(Resume, at_once=200)
def resume_all(asked: list[Asked]) -> list[Any]:
    """room.resume, of many people at once"""
    answers: dict[int, Any] = {}
    away: dict[int, Away] = {}
    for number, one in enumerate(asked):
        try:
            away[number] = Away(one.person, one.order.epoch, named_rooms(one.order.rooms), one.language)
        except BadInput as refusal:
            answers[number] = refusal
    answers |= zip(away, catch_up_all(list(away.values())), strict=True)
    return [answers[number] for number in range(len(asked))]


def named_rooms(rooms: dict[str, int]) -> dict[int, int]:
    """{"42": 117} with its keys as numbers; BadInput for keys that are none, and for too many."""
    if len(rooms) > MOST_ROOMS or not all(key.isascii() and key.isdigit() and len(key) < 19 for key in rooms):
        raise BadInput(field="rooms")
    return {int(key): rev for key, rev in rooms.items()}
