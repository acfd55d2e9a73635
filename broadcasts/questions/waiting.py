"""Which questions still wait for an answer."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from broadcasts.models import Question
from rooms.models import Message, Room

# The seats in a conversation about a child that answer for the school.
SCHOOL_SIDE = ("teacher", "office")
# Whoever asked should not wait longer (G14).
OVERDUE_AFTER = dt.timedelta(hours=24)


def standing() -> QuerySet[Any]:
    """Questions whose message was not taken back, by when they were asked; each with `in_private`: the school's side has
    written in the conversation since."""
    replies = Message.objects.filter(
        room=OuterRef("room"),
        seq__gt=OuterRef("message__seq"),
        author_seat__in=SCHOOL_SIDE,
        removed_at__isnull=True,
    )
    found = Question.objects.filter(message__removed_at__isnull=True).annotate(in_private=Exists(replies))
    return found.order_by("asked_at", "pk")


def waiting() -> QuerySet[Question]:
    """Those of them that nobody has answered, in private or to all, and somebody can: a conversation that has ended with a
    right or an enrolment is answered by nobody, and read by nobody on the school's side."""
    return standing().filter(in_private=False, answer__isnull=True, room__state=Room.State.OPEN)


def overdue_before() -> dt.datetime:
    """Whatever was asked before this and still waits has waited too long."""
    return timezone.now() - OVERDUE_AFTER
