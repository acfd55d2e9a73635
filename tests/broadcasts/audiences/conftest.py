"""The town, and asking in it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from broadcasts import recipients
from broadcasts.audiences import audience_for
from broadcasts.reach import Reach
from broadcasts.selection import Selection
from registry.models import Org, Person
from tests.broadcasts.audiences.town import Town, build_town
from tests.cast import Cast

EVERY_ROLE = ["guardians", "students", "teachers", "staff"]
Ask = Callable[..., Any]


@pytest.fixture
def town(cast: Cast) -> Town:
    """The small school with more around it."""
    return build_town(cast)


@pytest.fixture
def ask(cast: Cast) -> Ask:
    """Asks as a signed-in person: ask(person, "POST", "/saved-audiences", body, status=201), the JSON of the answer."""

    def asking(person: Person, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        client = Client(headers={"Accept-Language": "vi"})
        client.force_login(cast.account(person), backend="allauth.account.auth_backends.AuthenticationBackend")
        told = client.generic(method, f"/api/broadcasts{path}", _json(body), content_type="application/json")
        assert told.status_code == status, told.content
        return told.json() if told.content else None

    return asking


def reach(org: Org, author: Person, roles: list[str] | None = None, **narrowed: Any) -> Reach:
    """What the author is told of this org, narrowed."""
    audience = audience_for(Selection(org=org.pk, **narrowed))
    assert audience is not None
    return recipients.count(audience, roles=roles or EVERY_ROLE, author=author)


def _json(body: Any) -> bytes:
    return b"" if body is None else json.dumps(body).encode()
