"""A teacher at her browser."""

import pytest
from django.test import Client

from broadcasts.files import uploading
from realtime.polling import Pace
from tests.cast import Cast
from tests.invariants.test_doors import signed_in


@pytest.fixture(autouse=True)
def _rested(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has uploaded anything lately."""
    monkeypatch.setattr(uploading, "_pace", Pace(a_second=0.1, at_once=20))


@pytest.fixture
def lan(cast: Cast) -> Client:
    """She may send to her class, and so may upload."""
    return signed_in(cast, "lan")
