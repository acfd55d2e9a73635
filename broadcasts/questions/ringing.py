"""What families asked and nobody answered within a day rings once for whoever holds the school's seat: one push a morning,
however many there are."""

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone

from broadcasts.models import Question
from broadcasts.questions.waiting import OVERDUE_AFTER, SCHOOL_SIDE, waiting
from delivery.actions import enqueue
from delivery.sources import Priority
from rooms.models import Member

OVERDUE = "question_overdue"
# After the night's quiet hours and before lessons.
RINGS_AT = dt.time(7, 30)


def ring_today() -> int:
    """Whoever calls once a day has the morning's ring written down; how many questions it is about so far. Called again the
    same day: nothing more."""
    day = timezone.localdate()
    if timezone.localtime().time() >= RINGS_AT:
        day += dt.timedelta(days=1)
    enqueue(OVERDUE, day.toordinal(), due_at=ring_time(day), priority=Priority.NOTICE)
    return overdue_on(day).count()


def ring_time(day: dt.date) -> dt.datetime:
    """When it rings on that day."""
    return timezone.make_aware(dt.datetime.combine(day, RINGS_AT))


def overdue_on(day: dt.date) -> QuerySet[Question]:
    """The questions that still wait and have waited a day since the morning before: each belongs to one morning."""
    until = ring_time(day) - OVERDUE_AFTER
    return waiting().filter(asked_at__lte=until, asked_at__gt=until - dt.timedelta(days=1)).order_by()


def asked_of(day: dt.date) -> "QuerySet[Member]":
    """Who holds the school's seat in one of their conversations."""
    rooms = overdue_on(day).values("room")
    return Member.objects.filter(room__in=rooms, seat__in=SCHOOL_SIDE)
