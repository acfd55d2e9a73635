"""What the tests of the ledger share: asking for it, noting contacts, and a telephone that is signed in."""

import uuid
from collections.abc import Callable
from typing import Any, Protocol

import pytest
from django.test import Client

from broadcasts.models import Broadcast
from delivery.models import PushSubscription
from registry.models import Device, Person
from tests.cast import Cast


class Ask(Protocol):
    """The JSON that somebody gets from a door below /api/broadcasts/."""

    def __call__(self, person: Person, path: str, body: Any = None, *, status: int = 0) -> Any:
        """GET, or POST where there is a body; `status` 0: 200, or for a POST 201."""


@pytest.fixture
def ask(cast: Cast) -> Ask:
    """Ask as somebody of the small school."""
    clients: dict[int, Client] = {}

    def asked(person: Person, path: str, body: Any = None, *, status: int = 0) -> Any:
        if person.pk not in clients:
            client = clients[person.pk] = Client(headers={"Accept-Language": "vi"})
            client.force_login(cast.account(person), backend="allauth.account.auth_backends.AuthenticationBackend")
        url = f"/api/broadcasts{path}"
        client = clients[person.pk]
        answer = client.get(url) if body is None else client.post(url, body, content_type="application/json")
        assert answer.status_code == (status or (200 if body is None else 201)), answer.content
        return answer.json()

    return asked


Log = Callable[..., Any]


@pytest.fixture
def log(ask: Ask) -> Log:
    """Note a contact as somebody."""

    def logged(by: Person, broadcast: Broadcast, about: Person, *, status: int = 201, **said: Any) -> Any:
        who = "person" if said.pop("is_adult", False) else "student"
        body = {"client_contact_id": str(uuid.uuid4()), who: about.pk, "channel": "call"} | said
        return ask(by, f"/{broadcast.pk}/reach/contacts", body, status=status)

    return logged


def sign_in(cast: Cast, person: Person, *, push: bool = False) -> None:
    """A telephone of this person's that is signed in; with a push address."""
    device = Device.objects.create(account=cast.account(person), session_hash=uuid.uuid4().hex)
    if push:
        PushSubscription.objects.create(
            person=person, device=device, endpoint=f"https://push.example/{uuid.uuid4()}", p256dh="x", auth="x"
        )
