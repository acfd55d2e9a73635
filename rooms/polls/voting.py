"""Voting in a poll, and its end. The room's lock orders votes, so that the numbers are those of the rows."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from realtime import publish
from realtime.errors import BadInput
from registry import audit
from registry.models import Person
from rooms import sequence
from rooms.acts import Act
from rooms.errors import AlreadyRemoved, MayNotModerate, NoPollHere, PollClosed
from rooms.events import PollMoved
from rooms.kinds import Right
from rooms.models import Message, Room, Vote
from rooms.opening import message_in, take_part
from rooms.own import own_of
from rooms.polls.ballots import is_over
from rooms.serializers import moment, topic_of


@transaction.atomic
def vote(person: Person, room_id: int, seq: int, *, options: Collection[int]) -> Act:
    """This person chooses these options from now on, and no others; none takes the vote back.

    Raises NoPollHere, PollClosed, BadInput for options that there are not, or for more than one where one is wanted.
    """
    place = take_part(person, room_id)
    message = message_in(place, seq)
    poll = poll_of(message)
    if is_over(poll):
        raise PollClosed
    chosen = set(options)
    if not chosen <= {option["id"] for option in poll["options"]} or (len(chosen) > 1 and not poll["several"]):
        raise BadInput(field="options")
    mine = Vote.objects.filter(message=message, person=person)
    if set(mine.values_list("option", flat=True)) != chosen:
        mine.delete()
        Vote.objects.bulk_create(Vote(message=message, person=person, option=option) for option in sorted(chosen))
        move(place.room, message, poll)
    return Act(message, own_of(person, [message]))


@transaction.atomic
def close_poll(person: Person, room_id: int, seq: int) -> Message:
    """The poll is over; over already, nothing changes. Its author may, and who leads the room."""
    place = take_part(person, room_id)
    message = message_in(place, seq)
    poll = poll_of(message)
    is_own = message.author_id == person.pk
    if not is_own and Right.MODERATE not in place.rights:
        raise MayNotModerate
    if is_over(poll):
        return message
    move(place.room, message, poll | {"closed_at": moment(timezone.now())})
    if not is_own:
        # Last: whoever else writes a line of the record waits until this transaction ends.
        audit.record(person, "poll.closed", subject=f"message:{message.pk}", concerning=place.room.org_id)
    return message


def poll_of(message: Message) -> dict[str, Any]:
    """The message's poll, if it is one."""
    if message.removed_at:
        raise AlreadyRemoved
    if not message.poll:
        raise NoPollHere
    poll: dict[str, Any] = message.poll
    return poll


def move(room: Room, message: Message, poll: dict[str, Any]) -> None:
    """Count anew, and tell; the room's row must be locked."""
    message.poll = poll | _counted(room, message, poll)
    message.rev = sequence.next_change(room)
    message.save(update_fields=["poll", "rev"])
    event = PollMoved(room=room.pk, seq=message.seq, rev=message.rev, poll=message.poll)
    publish(topic_of(room), event, rev=message.rev, roster=room.roster)


def _counted(room: Room, message: Message, poll: dict[str, Any]) -> dict[str, Any]:
    """The votes of those who have a seat in the room now."""
    votes = Vote.objects.filter(message=message, person__memberships__room=room)
    counts = dict(votes.order_by().values_list("option").annotate(n=Count("pk")))
    options = [option | {"votes": counts.get(option["id"], 0)} for option in poll["options"]]
    voters = sum(counts.values())
    if poll["several"]:
        voters = votes.aggregate(n=Count("person", distinct=True))["n"]
    return {"options": options, "voters": voters}
