"""Questions and answers as clients get them."""

from collections.abc import Sequence
from typing import cast

from django.utils.translation import gettext as _

from broadcasts import shapes as notice_shapes
from broadcasts.models import PublicAnswer, Question
from broadcasts.questions import policy, shapes
from broadcasts.questions.alike import Group
from broadcasts.questions.finding import Counted, Queue
from broadcasts.questions.policy import Desk
from broadcasts.questions.waiting import overdue_before
from broadcasts.serializers import moment, published
from registry.shapes import child, class_ref, org_ref


def public_answer(one: PublicAnswer, desk: Desk | None = None) -> shapes.PublicAnswer:
    """An answer as everybody reads it; to a desk also how many questions it settled."""
    merged: int | None = getattr(one, "merged", None)
    return shapes.PublicAnswer(
        id=one.pk,
        question=one.question,
        answer=one.answer,
        by=by_whom(one),
        published_at=moment(one.published_at),
        merged=merged if desk else None,
        may_withdraw=desk is not None and policy.may_withdraw(desk, one),
    )


def by_whom(one: PublicAnswer) -> str:
    """In whose voice it speaks: nobody's name."""
    school_class = one.school_class or one.broadcast.audience_class
    if school_class is not None:
        return _("Teacher of class %(title)s") % {"title": school_class.title}
    return one.unit.name if one.unit else one.broadcast.issuer_name


def own(question: Question) -> shapes.OwnQuestion:
    """A question as its asker sees it."""
    return shapes.OwnQuestion(
        id=question.pk,
        room=question.room_id,
        seq=question.message.seq,
        student=question.student_id,
        body=question.message.body,
        asked_at=moment(question.asked_at),
        state=state_of(question),
        answer=question.answer_id,
    )


def state_of(question: Question) -> str:
    """`waiting` or `answered`; a question that was just asked waits."""
    is_answered = question.answer_id is not None or getattr(question, "in_private", False)
    return "answered" if is_answered else "waiting"


def quoted(question: Question) -> shapes.Quoted:
    """A message that asks about a notice, as both sides of the conversation see it."""
    return shapes.Quoted(
        id=question.pk,
        seq=question.message.seq,
        broadcast=shapes.NoticeRef(id=question.broadcast_id, title=question.broadcast.title),
        state=state_of(question),
        answer=question.answer_id,
    )


def counted(one: Counted) -> shapes.Counted:
    """A notice with what waits about it."""
    return shapes.Counted(broadcast=published(one.broadcast), waiting=one.waiting, overdue=one.overdue)


def waiting(found: Sequence[Counted]) -> shapes.Waiting:
    """All that waits for somebody's answer."""
    return shapes.Waiting(
        notices=[counted(one) for one in found],
        waiting=sum(one.waiting for one in found),
        overdue=sum(one.overdue for one in found),
    )


def queue(found: Queue) -> shapes.Queue:
    """What waits at a desk about a notice, with what its people wrote."""
    desk = found.desk
    return shapes.Queue(
        broadcast=published(desk.broadcast),
        body=desk.broadcast.body if desk.reads_notice else "",
        waiting=found.waiting,
        overdue=found.overdue,
        may_answer_all=desk.is_whole,
        groups=[_group(group, desk) for group in found.groups],
        answers=[public_answer(one, desk) for one in found.answers],
    )


def _group(group: Group, desk: Desk) -> shapes.Group:
    place = desk.place_of(group.lead)
    told = {
        "id": group.lead.pk,
        "may_publish": place is not None,
        "class": class_ref(place.school_class) if place and place.school_class else None,
        "unit": org_ref(place.unit) if place and place.unit else None,
        "questions": [_waiting(one, desk) for one in group.questions],
    }
    return cast("shapes.Group", told)


def _waiting(question: Question, desk: Desk) -> shapes.WaitingQuestion:
    is_named = desk.is_named(question)
    about = child(question.student, question.school_class, question.unit)
    return shapes.WaitingQuestion(
        id=question.pk,
        body=question.message.body,
        asked_at=moment(question.asked_at),
        is_overdue=question.asked_at < overdue_before(),
        room=question.room_id if is_named else None,
        seq=question.message.seq if is_named else None,
        student=cast("notice_shapes.Child", about) if is_named else None,
        asker=shapes.Asker(id=question.asker_id, name=question.asker.name) if is_named else None,
    )
