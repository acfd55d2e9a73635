"""Who may ask about a notice, whom; who sees what was asked, and who answers to whom. Everything that is not named here is
refused.

A guardian asks who has the notice for a child today, about that child: the class's teacher about a notice of the class or
of the school, the school's office about one from above. Names and texts are for whoever holds the other seat of that
conversation; who speaks for the school that issued the notice reads the texts without names; who may send to the notice's
whole audience knows how many wait. To all recipients answers whoever may send to all of them; a teacher answers to the
class, an office to its school.
"""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from broadcasts import policy as sending
from broadcasts import selectors
from broadcasts.audiences import audience_of
from broadcasts.correcting.rows import is_recalled
from broadcasts.ledger.policy import OF_A_SCHOOL
from broadcasts.models import Acknowledgement, Broadcast, PublicAnswer, Question
from broadcasts.questions.waiting import SCHOOL_SIDE
from realtime.errors import NotFound
from registry.models import Org, Person, SchoolClass
from registry.selectors import kin_of, live_enrolments
from rooms.models import Member, Room


@dataclass(frozen=True, slots=True)
class Place:
    """For whom an answer is: the recipients of a class, of a unit, or (neither) all."""

    school_class: SchoolClass | None = None
    unit: Org | None = None


EVERYBODY = Place()


@dataclass(frozen=True, slots=True)
class Desk:
    """What somebody sees of the questions about a notice, and for whom they answer."""

    person: Person
    broadcast: Broadcast
    # The conversations in which they hold the school's seat.
    rooms: frozenset[int]
    # They may send to everybody who has the notice.
    is_whole: bool
    # They speak for the school that issued it: texts of others' questions, without names.
    reads_all: bool

    @property
    def reads_notice(self) -> bool:
        """Whether they still read its text: of a recalled one, who may send to all of its audience."""
        return self.is_whole or not is_recalled(self.broadcast)

    def is_named(self, question: Question) -> bool:
        """Whether they see who asked."""
        return question.room_id in self.rooms

    def place_of(self, question: Question) -> Place | None:
        """For whom they may answer this question, besides in its conversation; None: for nobody else."""
        if self.is_whole:
            return EVERYBODY
        if not self.is_named(question):
            return None
        if question.room.teacher_id is not None:
            return Place(school_class=question.school_class) if question.school_class else None
        return Place(unit=question.unit) if question.unit_id == question.room.org_id else None


def reason_to_ask(person: Person, broadcast_id: int, student_id: int) -> Acknowledgement:
    """Why this guardian has the notice: for this child, today. NotFound for everybody else, and for a child that is none of
    theirs."""
    found = (
        selectors.reasons()
        .filter(person=person, broadcast=broadcast_id, student=student_id)
        .select_related("broadcast__issuer")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def whom_to_ask(reason: Acknowledgement) -> int | None:
    """The teacher who is asked, or None for the school's office: who wrote to the class, where they teach the child there
    today; else the homeroom teacher."""
    broadcast, school_class = reason.broadcast, reason.school_class_id
    if broadcast.issuer.type not in OF_A_SCHOOL or school_class is None:
        return None
    if not live_enrolments().filter(role="student", person=reason.student_id, school_class=school_class).exists():
        return None
    teachers = sending.teaching().filter(school_class=school_class).order_by("-is_primary", "pk")
    kin = kin_of({reason.student_id or 0})
    known = [pk for pk in teachers.values_list("person", flat=True) if (pk, reason.student_id) not in kin]
    if broadcast.audience_class_id == school_class and broadcast.author_id in known:
        return broadcast.author_id
    return known[0] if known else None


def desk_of(person: Person, broadcast_id: int) -> Desk:
    """What this person sees of the questions about this notice. NotFound for recipients, strangers, and whoever is asked
    nothing about it."""
    broadcast = selectors.senders_view().select_related("issuer").filter(pk=broadcast_id).first()
    if broadcast is None:
        raise NotFound
    asked = Question.objects.filter(broadcast=broadcast, room=OuterRef("room"))
    rooms = seats(person).filter(Exists(asked)).values_list("room", flat=True)
    is_whole = sending.grant(person, audience_of(broadcast)) is not None
    issues = broadcast.issuer.type in OF_A_SCHOOL and broadcast.audience_class_id is None
    reads_all = issues and sending.senders().filter(person=person, org=broadcast.issuer_id).exists()
    desk = Desk(person, broadcast, frozenset(rooms), is_whole=is_whole, reads_all=reads_all)
    if not (desk.rooms or is_whole):
        raise NotFound
    return desk


def seats(person: Person) -> QuerySet[Member]:
    """Where this person holds the school's side of a conversation today."""
    return Member.objects.filter(person=person, seat__in=SCHOOL_SIDE, room__kind="thread", room__state=Room.State.OPEN)


def open_to(person: Person, broadcast_id: int) -> QuerySet[PublicAnswer]:
    """The answers to all that this person reads under the notice: its recipient those for a class or unit through which
    they have it, whoever sees its progress all of them. NotFound where they may not read the notice."""
    found = PublicAnswer.objects.filter(broadcast=broadcast_id, withdrawn_at__isnull=True)
    broadcast = selectors.senders_view().filter(pk=broadcast_id).first()
    if broadcast is None:
        raise NotFound
    if sending.may_see_progress(person, broadcast):
        return found
    # What was answered about a recalled text would say what stood in it.
    if is_recalled(broadcast):
        found = found.none()
    reasons = list(selectors.reasons().filter(broadcast=broadcast_id, person=person))
    if not reasons:
        raise NotFound
    of_class = Q(school_class__isnull=True) | Q(school_class__in={reason.school_class_id for reason in reasons})
    of_unit = Q(unit__isnull=True) | Q(unit__in={reason.unit_id for reason in reasons})
    return found.filter(of_class, of_unit)


def readers(answer: PublicAnswer) -> QuerySet[Acknowledgement]:
    """The reasons that stand today by which somebody has the notice in the part that the answer is for."""
    found = selectors.reasons().filter(broadcast=answer.broadcast_id)
    if answer.school_class_id is not None:
        found = found.filter(school_class=answer.school_class_id)
    return found.filter(unit=answer.unit_id) if answer.unit_id is not None else found


def open_at(desk: Desk, answers: QuerySet[PublicAnswer]) -> QuerySet[PublicAnswer]:
    """Those of these answers to a notice that somebody sees who was asked about it: for all, and for where they were asked."""
    asked = Question.objects.filter(broadcast=desk.broadcast, room__in=desk.rooms)
    of_class = Q(school_class__isnull=True) | Q(school_class__in=asked.values("school_class"))
    of_unit = Q(unit__isnull=True) | Q(unit__in=asked.values("unit"))
    return answers.filter(of_class, of_unit)


def may_withdraw(desk: Desk, answer: PublicAnswer) -> bool:
    """Whether they take this answer back: who published it, and whoever may send to all."""
    return desk.is_whole or answer.by_id == desk.person.pk
