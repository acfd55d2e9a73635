"""Hỏi riêng: a question about a notice, in the conversation about the child. One transaction with its message."""

import uuid
from typing import Annotated

import msgspec
from django.db import transaction

from broadcasts.ids import Id
from broadcasts.models import Question
from broadcasts.questions import policy, telling
from broadcasts.questions.errors import QuestionNamed
from registry.models import Person
from rooms import bodies
from rooms.threads import Sides, start_thread


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client asks, under its name for the message."""

    client_message_id: uuid.UUID
    student: Id
    body: Annotated[str, msgspec.Meta(max_length=20_000)]


@transaction.atomic
def ask(person: Person, broadcast_id: int, said: Asked) -> tuple[Question, bool]:
    """The question, and whether this call asked it. Sent again: the first one, whoever is asked today. NotFound for who does
    not have the notice for this child."""
    if earlier := _earlier(person, broadcast_id, said):
        return earlier, False
    reason = policy.reason_to_ask(person, broadcast_id, said.student)
    sides = Sides(student_id=said.student, guardian_id=person.pk, teacher_id=policy.whom_to_ask(reason))
    room, written = start_thread(person, sides, body=said.body, client_message_id=said.client_message_id)
    if not written.is_new:
        # Two tries at once: the other one has committed its question with the message, or it was no question.
        earlier = _earlier(person, broadcast_id, said)
        if earlier is None:
            raise QuestionNamed
        return earlier, False
    question = Question.objects.create(
        broadcast_id=broadcast_id,
        room=room,
        message=written.message,
        asker=person,
        student_id=said.student,
        unit_id=reason.unit_id,
        school_class_id=reason.school_class_id,
        asked_at=written.message.created_at,
    )
    telling.asked(question)
    return question, True


def _earlier(person: Person, broadcast_id: int, said: Asked) -> Question | None:
    named = Question.objects.filter(asker=person, message__client_message_id=said.client_message_id)
    earlier = named.select_related("message", "room").first()
    if earlier is None:
        return None
    # As it was kept: a retry is the same question if and only if this is the same.
    same = (earlier.broadcast_id, earlier.student_id) == (broadcast_id, said.student)
    if not same or bytes(earlier.message.body_digest) != bodies.digest(bodies.accept(said.body)):
        raise QuestionNamed
    # Whose right has ended since learns nothing, not even that it arrived.
    policy.reason_to_ask(person, broadcast_id, said.student)
    return earlier
