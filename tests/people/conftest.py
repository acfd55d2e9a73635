"""Those who look people up, each with a fresh allowance."""

from typing import Any

import pytest

from chatserver.people import policy
from realtime.polling import Pace
from registry.models import Person, Role
from tests.cast import Cast
from tests.rights.conftest import deny
from tests.rooms.conftest import Browser

__all__ = ["deny"]

# A telephone number and an address that no answer may hold.
PHONE, MAIL = "0912 345 678", "hoa@example.vn"


@pytest.fixture(autouse=True)
def _rested(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has looked anybody up yet: numbers of people repeat from test to test."""
    monkeypatch.setattr(policy, "_pace", Pace(a_second=policy.LOOKS_A_SECOND, at_once=policy.LOOKS_AT_ONCE))


@pytest.fixture
def browser(cast: Cast) -> Any:
    """browser(person): their requests."""
    return lambda person: Browser(cast, person)


@pytest.fixture
def head_elsewhere(cast: Cast) -> Person:
    """Quang heads the other school: somebody who may look people up, and none of these."""
    Role.objects.filter(person=cast.quang).update(role="principal")
    return cast.quang


@pytest.fixture
def reachable(cast: Cast) -> None:
    """Everybody has a telephone number and an address in the registry."""
    Person.objects.update(phone=PHONE, email=MAIL)


def names(answer: dict[str, Any]) -> list[str]:
    """Who was found, in order."""
    return [found["name"] for found in answer["people"]]
