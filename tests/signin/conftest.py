"""Browsers, and no attempts left over from the test before."""

import time
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from registry import activation
from registry.models import Person
from tests.cast import PASSWORD, Cast

# Seconds, on a machine that does other things too.
LONGEST_TEST = 20
JSON = "application/json"
ANDROID = "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36"


@pytest.fixture(autouse=True)
def _nobody_has_tried_before() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _one_window_holds_the_whole_test() -> None:
    """Attempts are counted by the quarter of an hour: a test that straddles two would count from zero in its middle."""
    window = activation.WINDOW.total_seconds()
    left = window - time.time() % window
    if left < LONGEST_TEST:
        time.sleep(left)


@pytest.fixture
def letter(cast: Cast) -> Callable[[Person], str]:
    """A code as the school prints it for somebody."""
    return lambda person: activation.issue(person, by=None, school=cast.school)


def post(client: Client, path: str, body: object, **headers: str):
    """The app's way of asking."""
    return client.post(path, body, content_type=JSON, headers=headers)


def sign_in(client: Client, username: str, password: str = PASSWORD, **headers: str):
    """By name and password."""
    return post(client, "/api/session", {"username": username, "password": password}, **headers)
