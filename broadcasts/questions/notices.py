"""What delivery tells of answers to all: to those who asked alone, and not a word of question or answer (decision 26)."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from broadcasts import selectors
from broadcasts.models import PublicAnswer, Question
from broadcasts.questions.telling import ANSWERED
from delivery.sources import Notice, NoticeSource, source


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


def _told(answer: int) -> QuerySet[Question]:
    standing = selectors.reasons().filter(
        broadcast=OuterRef("broadcast"), person=OuterRef("asker"), student=OuterRef("student")
    )
    return Question.objects.filter(Exists(standing), answer=answer, answer__withdrawn_at__isnull=True)
