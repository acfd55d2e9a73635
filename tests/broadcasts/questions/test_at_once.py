"""The same question and the same answers from several places at the same moment."""

import uuid

import pytest

from broadcasts.models import PublicAnswer, Question
from broadcasts.questions import answering, asking
from broadcasts.questions.errors import AlreadyAnswered
from delivery.models import Dispatch
from rooms.models import Message, Room
from tests.broadcasts.test_at_once import at_once
from tests.broadcasts.writing import publish
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_question_however_often_it_is_asked_at_once(committed_cast: Cast) -> None:
    cast = committed_cast
    notice = publish(cast.lan, cast.class_7a, roles=["guardians"])
    said = asking.Asked(client_message_id=uuid.uuid4(), student=cast.an.pk, body="Mấy giờ ạ?")
    answers = at_once(4, lambda: asking.ask(cast.hoa, notice.pk, said))
    assert {question for question, _is_new in answers} == {Question.objects.get()}
    assert sorted(is_new for _question, is_new in answers) == [False, False, False, True]
    assert (Message.objects.count(), Room.objects.filter(kind="thread").count()) == (1, 1)


def test_of_two_answers_at_once_one_stands(committed_cast: Cast) -> None:
    cast = committed_cast
    notice = publish(cast.lan, cast.class_7a, roles=["guardians"])
    said = asking.Asked(client_message_id=uuid.uuid4(), student=cast.an.pk, body="Mấy giờ ạ?")
    question, _new = asking.ask(cast.hoa, notice.pk, said)

    def answer() -> bool:
        text = answering.Answered(
            client_answer_id=uuid.uuid4(), questions=[question.pk], question="Mấy giờ?", answer="7 giờ."
        )
        try:
            return answering.publish(cast.lan, notice.pk, text)[1]
        except AlreadyAnswered:
            return False

    assert sorted(at_once(3, answer)) == [False, False, True]
    assert PublicAnswer.objects.count() == 1
    assert Dispatch.objects.filter(source="question_answered").count() == 1


def test_one_answer_however_often_it_is_published_at_once(committed_cast: Cast) -> None:
    cast = committed_cast
    notice = publish(cast.lan, cast.class_7a, roles=["guardians"])
    said = asking.Asked(client_message_id=uuid.uuid4(), student=cast.an.pk, body="Mấy giờ ạ?")
    question, _new = asking.ask(cast.hoa, notice.pk, said)
    text = answering.Answered(
        client_answer_id=uuid.uuid4(), questions=[question.pk], question="Mấy giờ?", answer="7 giờ."
    )
    answers = at_once(3, lambda: answering.publish(cast.lan, notice.pk, text))
    assert sorted(is_new for _answer, is_new in answers) == [False, False, True]
    assert {one.pk for one, _is_new in answers} == {PublicAnswer.objects.get().pk}
