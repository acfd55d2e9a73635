"""What waits at a desk, and what a guardian sees of the questions about a notice."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet

from broadcasts import selectors
from broadcasts.models import Broadcast, PublicAnswer, Question
from broadcasts.questions import policy
from broadcasts.questions.alike import Group, grouped
from broadcasts.questions.policy import Desk
from broadcasts.questions.waiting import overdue_before, standing, waiting
from registry.models import Person
from rooms.policy import find

RELATED = ("message", "room", "asker", "student", "school_class", "unit")
# More are answered before they are listed: one answer settles many.
MOST_LISTED = 300


@dataclass(frozen=True, slots=True)
class Counted:
    """How many questions about a notice wait, and how many of them too long."""

    broadcast: Broadcast
    waiting: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Queue:
    """The questions that wait at a desk, in groups; how many wait there, of all; what was answered to all."""

    desk: Desk
    groups: Sequence[Group]
    waiting: int
    overdue: int
    answers: Sequence[PublicAnswer]


def waiting_at(person: Person) -> list[Counted]:
    """Câu hỏi chờ: the notices about which somebody waits for this person's answer, those who wait longest first."""
    mine = waiting().filter(room__in=policy.seats(person).values("room")).order_by()
    counts = mine.values("broadcast").annotate(
        waiting=Count("pk"), overdue=Count("pk", filter=Q(asked_at__lt=overdue_before())), oldest=Min("asked_at")
    )
    rows = list(counts.order_by("oldest", "broadcast"))
    notices = selectors.senders_view().in_bulk([row["broadcast"] for row in rows])
    return [Counted(notices[row["broadcast"]], row["waiting"], row["overdue"]) for row in rows]


def count_at(person: Person) -> int:
    """How many questions wait for this person's answer."""
    return waiting().filter(room__in=policy.seats(person).values("room")).count()


def queue_of(desk: Desk) -> Queue:
    """What this desk has to answer. NotFound where nobody has asked here and it answers to nobody."""
    every = _of_desk(desk)
    counted = every.order_by().aggregate(
        waiting=Count("pk"), overdue=Count("pk", filter=Q(asked_at__lt=overdue_before()))
    )
    answers = PublicAnswer.objects.filter(broadcast=desk.broadcast, withdrawn_at__isnull=True)
    if not desk.is_whole:
        answers = policy.open_at(desk, answers)
    listed = readable(desk, every).select_related(*RELATED)[:MOST_LISTED]
    return Queue(
        desk,
        grouped([(one, one.message.body, desk.place_of(one)) for one in listed]),
        counted["waiting"],
        counted["overdue"],
        list(with_merged(answers)),
    )


def readable(desk: Desk, questions: QuerySet[Question]) -> QuerySet[Question]:
    """Those of these questions whose text this desk reads."""
    return questions if desk.reads_all else questions.filter(room__in=desk.rooms)


def with_merged(answers: QuerySet[PublicAnswer]) -> QuerySet[PublicAnswer]:
    """These answers in the order of publishing, each with how many questions it settled."""
    return (
        answers.annotate(merged=Count("questions"))
        .select_related("broadcast__audience_class", "school_class", "unit")
        .order_by("pk")
    )


def asked_by(person: Person, broadcast_id: int) -> list[Question]:
    """What this guardian asked about the notice, of children whose guardian they still are."""
    children = selectors.reasons().filter(broadcast=broadcast_id, person=person).values("student")
    mine = standing().filter(broadcast=broadcast_id, asker=person, student__in=children)
    return list(mine.select_related(*RELATED))


def asked_in(person: Person, room_id: int) -> list[Question]:
    """The questions in this conversation, which this person must be in; NotFound for strangers."""
    find(person, room_id)
    return list(standing().filter(room=room_id).select_related("message", "broadcast"))


def _of_desk(desk: Desk) -> QuerySet[Question]:
    """Those that wait; of who may send to all, everybody's."""
    found = waiting().filter(broadcast=desk.broadcast)
    return found if desk.is_whole else found.filter(room__in=desk.rooms)
