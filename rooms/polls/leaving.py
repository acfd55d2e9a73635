"""Whose right to read has ended votes no more: the numbers of a poll that is not over follow."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef

from registry.lists import these
from rooms.models import Member, Message, Room, Vote
from rooms.polls.ballots import is_over
from rooms.polls.voting import move


def recount(room_ids: Collection[int]) -> None:
    """Count and tell anew where somebody who voted has no seat any more; these rooms must be locked. One query where
    nobody has."""
    if not room_ids:
        return
    seats = Member.objects.filter(room=OuterRef("message__room"), person=OuterRef("person"))
    left = Vote.objects.filter(~Exists(seats), message=OuterRef("pk"))
    asked = Message.objects.filter(Exists(left), room__in=these(room_ids), poll__isnull=False).order_by("room", "seq")
    moved = [(message, message.poll) for message in asked if message.poll and not is_over(message.poll)]
    rooms = Room.objects.in_bulk([message.room_id for message, _poll in moved])
    for message, poll in moved:
        move(rooms[message.room_id], message, poll)
