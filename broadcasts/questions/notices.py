"""What delivery tells of answers to all, to those who asked alone; and of questions that nobody answers, to those who were
asked. Not a word of question or answer (decision 26)."""

import datetime as dt
from collections import Counter
from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from broadcasts import selectors
from broadcasts.models import PublicAnswer, Question, Urgency
from broadcasts.questions import ringing
from broadcasts.questions.telling import ANSWERED
from delivery.sources import Notice, NoticeSource, Priority, source


@source(ANSWERED)
class AnsweredNotices(NoticeSource):
    """Tells each of those whose questions it answered, once, as long as they are guardians of whom they asked for."""

    def recipients(self, subject: int, *, after: int, limit: int) -> list[int]:
        """The next of them, by rising id."""
        askers = _told(subject).filter(asker__gt=after).order_by("asker")
        return list(askers.values_list("asker", flat=True).distinct()[:limit])

    def notices_for(self, subject: int, person_ids: Collection[int], *, language: str) -> dict[int, Notice]:
        """The same words for all of them."""
        answer = PublicAnswer.objects.select_related("broadcast").filter(pk=subject).first()
        if answer is None:
            return {}
        told = Notice(
            type="answer",
            id=answer.broadcast_id,
            tag=f"answer-{answer.pk}",
            title=_("Your question has been answered"),
            body=answer.broadcast.title,
            url=f"/thong-bao/{answer.broadcast_id}",
            urgency="thuong",
            at=answer.published_at,
        )
        return dict.fromkeys(_told(subject).filter(asker__in=person_ids).values_list("asker", flat=True), told)


@source(ringing.OVERDUE)
class OverdueNotices(NoticeSource):
    """Tells those who were asked and have not answered for a day: how many wait, and not a word of what was asked."""

    def recipients(self, subject: int, *, after: int, limit: int) -> list[int]:
        """The next of them, by rising id."""
        seats = ringing.asked_of(dt.date.fromordinal(subject)).filter(person__gt=after).order_by("person")
        return list(seats.values_list("person", flat=True).distinct()[:limit])

    def notices_for(self, subject: int, person_ids: Collection[int], *, language: str) -> dict[int, Notice]:
        """To each how many wait for them by now."""
        day = dt.date.fromordinal(subject)
        waiting = Counter(ringing.overdue_on(day).values_list("room", flat=True))
        found: Counter[int] = Counter()
        seats = ringing.asked_of(day).filter(person__in=person_ids)
        for person, room in seats.values_list("person", "room"):
            found[person] += waiting[room]
        return {person: _overdue(day, count) for person, count in found.items() if count}


def _overdue(day: dt.date, count: int) -> Notice:
    return Notice(
        type="question",
        id=day.toordinal(),
        tag=f"questions-{day.toordinal()}",
        title=_("Questions that have waited for more than a day: {count}").format(count=count),
        body=_("Families are waiting for your answer."),
        url="/them/cau-hoi",
        urgency=Urgency.ORDINARY,
        at=ringing.ring_time(day),
        priority=Priority.NOTICE,
    )


def _told(answer: int) -> QuerySet[Question]:
    standing = selectors.reasons().filter(
        broadcast=OuterRef("broadcast"), person=OuterRef("asker"), student=OuterRef("student")
    )
    return Question.objects.filter(Exists(standing), answer=answer, answer__withdrawn_at__isnull=True)
