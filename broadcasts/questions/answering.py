"""Trả lời chung: one answer to all, its withdrawal, and sorting what waits. Each is one transaction."""

import hashlib
import uuid
from collections.abc import Iterable
from typing import Annotated

import msgspec
from django.db import IntegrityError, transaction
from django.utils import timezone

from broadcasts.content import one_line, within
from broadcasts.ids import Id
from broadcasts.models import PublicAnswer, Question
from broadcasts.questions import policy, telling
from broadcasts.questions.alike import Group, grouped
from broadcasts.questions.errors import AlreadyAnswered, AnswerNamed, NamesSomebody, SeveralPlaces
from broadcasts.questions.finding import RELATED, readable
from broadcasts.questions.names import names_anybody
from broadcasts.questions.policy import EVERYBODY, Desk, Place
from broadcasts.questions.waiting import waiting
from realtime.errors import NotAllowed, NotFound
from registry import audit
from registry.models import Person
from registry.text import clean

QUESTION_LIMIT, ANSWER_LIMIT, MOST_MERGED = 500, 4_000, 300
Text = Annotated[str, msgspec.Meta(max_length=20_000)]


class Answered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client publishes, and which questions that settles."""

    client_answer_id: uuid.UUID
    questions: Annotated[list[Id], msgspec.Meta(max_length=MOST_MERGED)]
    question: Text
    answer: Text

    def digest(self, broadcast_id: int) -> bytes:
        """The same for the same content."""
        said = msgspec.json.encode((broadcast_id, self), order="deterministic")
        return hashlib.sha256(said).digest()


def publish(person: Person, broadcast_id: int, said: Answered) -> tuple[PublicAnswer, bool]:
    """The answer, and whether this call published it. Sent again: as it is. NotFound where it is not theirs to answer;
    AlreadyAnswered, SeveralPlaces, NamesSomebody: then nothing has happened."""
    digest = said.digest(broadcast_id)
    if earlier := _earlier(person, said, digest):
        return earlier, False
    try:
        return _publish(person, broadcast_id, said, digest), True
    except (IntegrityError, AlreadyAnswered):
        # Two tries at once: the other one has settled the questions.
        if earlier := _earlier(person, said, digest):
            return earlier, False
        raise


@transaction.atomic
def withdraw(person: Person, broadcast_id: int, answer_id: int) -> None:
    """Nobody reads it under the notice any more, and what it had settled waits again. Again: nothing changes."""
    desk = policy.desk_of(person, broadcast_id)
    answer = PublicAnswer.objects.select_for_update(no_key=True).filter(pk=answer_id, broadcast=broadcast_id).first()
    if answer is None:
        raise NotFound
    if not policy.may_withdraw(desk, answer):
        raise NotAllowed
    if answer.withdrawn_at is None:
        answer.withdrawn_at, answer.withdrawn_by = timezone.now(), person
        answer.save(update_fields=["withdrawn_at", "withdrawn_by"])
        telling.changed(answer)
        Question.objects.filter(answer=answer).update(answer=None)
        audit.record(
            person,
            "answer.withdraw",
            subject=f"broadcast:{broadcast_id}",
            concerning=_unit(desk, answer),
            answer=answer_id,
        )


@transaction.atomic
def place(person: Person, broadcast_id: int, question_id: int, *, with_: int | None) -> Desk:
    """Put a question with another one, or (None) by itself. NotFound for what this person may not read; SeveralPlaces where
    no one answer could settle both."""
    desk = policy.desk_of(person, broadcast_id)
    seen = list(readable(desk, waiting().filter(broadcast=broadcast_id)).select_related(*RELATED))
    by_id = {one.pk: one for one in seen}
    if question_id not in by_id or (with_ is not None and with_ not in by_id):
        raise NotFound
    other = by_id[with_ or question_id]
    if desk.place_of(by_id[question_id]) != desk.place_of(other):
        raise SeveralPlaces
    groups = grouped([(one, one.message.body, desk.place_of(one)) for one in seen])
    if with_ is not None and with_ != question_id:
        other = _anchor(one for one in _with(other, groups) if one.pk != question_id)
    _leave_behind(by_id[question_id], _with(by_id[question_id], groups))
    Question.objects.filter(pk=question_id).update(placed_with=other)
    telling.moved(broadcast_id, person.pk)
    return desk


def _with(question: Question, groups: list[Group]) -> list[Question]:
    return next(group.questions for group in groups if question in group.questions)


def _anchor(questions: Iterable[Question]) -> Question:
    """By which of these others are held together: one that nobody put there, for what it was put with may move again."""
    some = list(questions)
    return next((one for one in some if one.placed_with_id in {None, one.pk}), some[0])


def _leave_behind(question: Question, group: list[Question]) -> None:
    """Those that were put with it stay with the rest of its group."""
    followers = [one for one in group if one.placed_with_id == question.pk and one != question]
    if followers:
        anchor = _anchor(one for one in group if one != question)
        Question.objects.filter(pk__in=[one.pk for one in followers]).update(placed_with=anchor)


@transaction.atomic
def _publish(person: Person, broadcast_id: int, said: Answered, digest: bytes) -> PublicAnswer:
    desk = policy.desk_of(person, broadcast_id)
    settled = _settled(desk, sorted(set(said.questions)))
    where = _place(desk, settled)
    question = within(QUESTION_LIMIT, question=one_line(said.question))
    answer = within(ANSWER_LIMIT, answer=clean(said.answer))
    people = [human for one in settled for human in (one.asker, one.student)]
    for field, text in (("question", question), ("answer", answer)):
        if names_anybody(text, people):
            raise NamesSomebody(field=field)
    published = PublicAnswer.objects.create(
        broadcast_id=broadcast_id,
        school_class=where.school_class,
        unit=where.unit,
        question=question,
        answer=answer,
        by=person,
        published_at=timezone.now(),
        client_answer_id=said.client_answer_id,
        content_digest=digest,
    )
    Question.objects.filter(pk__in=[one.pk for one in settled]).update(answer=published)
    telling.answered(published)
    # Last: whoever else writes a line of the record waits until this transaction ends.
    audit.record(
        person,
        "answer.publish",
        subject=f"broadcast:{broadcast_id}",
        concerning=_unit(desk, published),
        answer=published.pk,
        questions=len(settled),
    )
    return published


def _unit(desk: Desk, answer: PublicAnswer) -> int:
    """Whose business the answer is: the class's school, the unit, or whoever issued what it is about."""
    if answer.school_class:
        return answer.school_class.school_id
    return answer.unit_id or desk.broadcast.issuer_id


def _settled(desk: Desk, ids: list[int]) -> list[Question]:
    """These questions, held until the transaction ends: of two answers to one question the first stands."""
    held = Question.objects.filter(pk__in=ids, broadcast=desk.broadcast).order_by("pk")
    if len(held.select_for_update(no_key=True)) != len(ids):
        raise NotFound
    mine = readable(desk, Question.objects.filter(pk__in=ids)).values_list("pk", flat=True)
    if set(mine) != set(ids):
        raise NotFound
    found = list(waiting().filter(pk__in=ids).select_related(*RELATED))
    if gone := sorted(set(ids) - {one.pk for one in found}):
        raise AlreadyAnswered(questions=gone)
    return found


def _place(desk: Desk, settled: list[Question]) -> Place:
    if not settled:
        if not desk.is_whole:
            raise NotAllowed
        return EVERYBODY
    places = {desk.place_of(one) for one in settled}
    if len(places) > 1:
        raise SeveralPlaces
    (place,) = places
    if place is None:
        raise NotAllowed
    return place


def _earlier(person: Person, said: Answered, digest: bytes) -> PublicAnswer | None:
    earlier = PublicAnswer.objects.filter(by=person, client_answer_id=said.client_answer_id).first()
    if earlier and bytes(earlier.content_digest) != digest:
        raise AnswerNamed
    return earlier
