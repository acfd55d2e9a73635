"""Denies as heads make them, and the browsers of the small school."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from registry import overrides
from registry.models import LocalOverride, Org, Person
from registry.selectors import today
from tests.cast import Cast
from tests.rooms.conftest import Browser, told

__all__ = ["told"]

REASON = "Quyết định số 12 của tòa án"
Deny = Callable[..., LocalOverride]


@pytest.fixture
def browser(cast: Cast) -> Any:
    """browser(person): their requests."""
    return lambda person: Browser(cast, person)


@pytest.fixture
def deny(cast: Cast) -> Deny:
    """deny(person, student=..., org=..., by=...): by the head of the school unless told otherwise, for a month."""

    def make(
        person: Person,
        *,
        student: Person | None = None,
        org: Org | None = None,
        by: Person | None = None,
        days: int = 30,
    ) -> LocalOverride:
        return overrides.deny(
            person,
            by=cast.account(by or cast.hanh),
            reason=REASON,
            student=student,
            org=org,
            until=today() + dt.timedelta(days=days),
        )

    return make
