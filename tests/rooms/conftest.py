"""Browsers of the cast, and the rooms they talk in."""

import json
import uuid
from typing import Any

import pytest
from django.test import Client

from registry.models import Org, Person, SchoolClass
from rooms.actions import Written, post_message
from rooms.carrying import Carried
from rooms.models import Room
from tests.cast import Cast


class Browser:
    """A signed-in person's requests, JSON in and out."""

    def __init__(self, cast: Cast, person: Person) -> None:
        self.person = person
        self._client = Client()
        self._client.force_login(cast.account(person), backend="allauth.account.auth_backends.AuthenticationBackend")

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The response to a request under /api/."""
        call = getattr(self._client, method)
        data = {} if body is None else {"data": body, "content_type": "application/json"}
        return call(f"/api/{path}", headers=headers, **data)

    def get(self, path: str, **headers: str) -> Any:
        """The JSON of a GET that succeeds."""
        answer = self.ask("get", path, **headers)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def post(self, path: str, **body: Any) -> Any:
        """The response to a POST."""
        return self.ask("post", path, body)

    def say(self, room: Room, body: str | None, *, name: uuid.UUID | None = None, **carried: Any) -> Any:
        """The response to posting a message, with what it carries."""
        text = {} if body is None else {"body": body}
        return self.post(f"rooms/{room.pk}/messages", client_message_id=str(name or uuid.uuid4()), **text, **carried)

    def put(self, path: str, **body: Any) -> Any:
        """The response to a PUT."""
        return self.ask("put", path, body)

    def refused(self, answer: Any) -> tuple[int, str]:
        """Status and code of a refusal."""
        return answer.status_code, answer.json()["code"]


@pytest.fixture
def browser(cast: Cast) -> Any:
    """browser(person): their requests."""
    return lambda person: Browser(cast, person)


def class_room(school_class: SchoolClass) -> Room:
    """The room of a class."""
    return Room.objects.get(kind="class", school_class=school_class)


def guardians_room(school_class: SchoolClass) -> Room:
    """The guardians' room of a class."""
    return Room.objects.get(kind="guardians", school_class=school_class)


def say(person: Person, room: Room, body: str = "Chào cả lớp", **carried: Any) -> Written:
    """Post through the action, with what it carries."""
    return post_message(person, room.pk, body=body, client_message_id=uuid.uuid4(), carried=Carried(**carried))


def square(org: Org) -> Room:
    """The community room of an org."""
    return Room.objects.get(key=f"community:{org.pk}")


def staff_room(org: Org) -> Room:
    """The staff room of an org."""
    return Room.objects.get(key=f"staff:{org.pk}")


# What people and machines type into fields: each must come back as it went in, or be refused.
ODD_TEXTS = (
    "<script>alert(1)</script>",
    "'; DROP TABLE rooms_message; --",
    "Phở 🍜 và cà phê ☕ lúc 7h",
    "\u202eđảo chiều",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334algo",
    "{{7*7}} ${7*7} %s %(name)s",
    "a" * 99,
    "=cmd|' /C calc'!A0",
    "👩‍👩‍👧‍👦",
)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any) -> Any:
    """told(act): what the sockets are told when `act` commits, as (topic, type, frame) with the text read."""
    frames: list[dict[str, Any]] = []
    monkeypatch.setattr("realtime.outlet.put", frames.append)

    def run(act: Any) -> list[dict[str, Any]]:
        frames.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return [frame | json.loads(frame.get("text", "{}")) for frame in frames]

    return run
