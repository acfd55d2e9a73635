"""Who is told that something was asked or answered: open apps at once, the phones of those who asked. After the commit."""

from collections.abc import Iterable

from broadcasts.events import QuestionsChanged
from broadcasts.models import PublicAnswer, Question
from broadcasts.questions.waiting import SCHOOL_SIDE
from delivery.actions import enqueue
from realtime import publish, publish_to_audience
from rooms.models import Member

ANSWERED, READERS = "question_answered", "answer"


def asked(question: Question) -> None:
    """Open apps of the school's side learn it; its phones ring by the message itself."""
    seated = Member.objects.filter(room=question.room_id, seat__in=SCHOOL_SIDE).values_list("person", flat=True)
    _tell(question.broadcast_id, seated)


def moved(broadcast_id: int, person_id: int) -> None:
    """The other devices of who sorted the questions learn it."""
    _tell(broadcast_id, [person_id])


def answered(answer: PublicAnswer) -> None:
    """Those who asked are told, their phones too, each once. Everybody else who reads it finds it under the notice: no
    phone rings, only an open app looks again."""
    enqueue(ANSWERED, answer.pk)
    changed(answer)


def changed(answer: PublicAnswer) -> None:
    """Open apps of those who asked and of those who read it look again."""
    askers = Question.objects.filter(answer=answer).values_list("asker", flat=True)
    _tell(answer.broadcast_id, {*askers, answer.by_id})
    publish_to_audience(READERS, answer.pk, QuestionsChanged(broadcast=answer.broadcast_id))


def _tell(broadcast_id: int, people: Iterable[int]) -> None:
    event = QuestionsChanged(broadcast=broadcast_id)
    for person in sorted(set(people)):
        publish(f"person.{person}", event)
