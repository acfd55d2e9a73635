"""Asking and answering as browsers do it."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from broadcasts.models import Broadcast
from registry.models import Person
from tests.cast import Cast
from tests.delivery.conftest import service, work

__all__ = ["service", "work"]
Ask = Callable[..., Any]


class Desk:
    """Everybody's browser, at the doors of questions."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.clients: dict[int, Client] = {}

    def client(self, person: Person) -> Client:
        """This person's browser."""
        if person.pk not in self.clients:
            client = self.clients[person.pk] = Client(headers={"Accept-Language": "vi"})
            client.force_login(self.cast.account(person), backend="allauth.account.auth_backends.AuthenticationBackend")
        return self.clients[person.pk]

    def get(self, person: Person, path: str, *, status: int = 200) -> Any:
        """What this door answers."""
        answer = self.client(person).get(f"/api/broadcasts/{path}")
        assert answer.status_code == status, answer.content
        return answer.json()

    def post(self, person: Person, path: str, body: Any, *, status: int = 201) -> Any:
        """What this door answers to that."""
        answer = self.client(person).post(f"/api/broadcasts/{path}", body, content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json()

    def ask(self, person: Person, broadcast: Broadcast, student: Person, body: str, **other: Any) -> Any:
        """A question in private."""
        status = other.pop("status", 201)
        said = {"client_message_id": str(uuid.uuid4()), "student": student.pk, "body": body} | other
        return self.post(person, f"{broadcast.pk}/questions", said, status=status)

    def answer(self, person: Person, broadcast: Broadcast, questions: list[int], **other: Any) -> Any:
        """An answer to all."""
        status = other.pop("status", 201)
        said = {
            "client_answer_id": str(uuid.uuid4()),
            "questions": questions,
            "question": "Mấy giờ tập trung?",
            "answer": "7 giờ 15, ở sân trường.",
        } | other
        return self.post(person, f"{broadcast.pk}/answers", said, status=status)

    def queue(self, person: Person, broadcast: Broadcast) -> Any:
        """What waits at this person's desk."""
        return self.get(person, f"{broadcast.pk}/questions")


@pytest.fixture
def desk(cast: Cast) -> Desk:
    """Everybody's browser."""
    return Desk(cast)
