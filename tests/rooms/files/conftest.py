"""Browsers that upload."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from realtime.polling import Pace
from rooms.files import uploading
from rooms.models import Room
from tests.cast import Cast
from tests.rooms.conftest import guardians_room
from tests.rooms.files.sending import signed


@pytest.fixture(autouse=True)
def _rested(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    """Nobody has uploaded anything lately, and files of this test lie by themselves."""
    monkeypatch.setattr(uploading, "_pace", Pace(a_second=0.2, at_once=40))
    settings.DATA_DIR = tmp_path


@pytest.fixture
def client_of(cast: Cast) -> Any:
    """client_of("hoa"): her browser."""
    return lambda name: signed(cast, cast.people()[name])


@pytest.fixture
def room(cast: Cast) -> Room:
    """The guardians' room of 7A: Lan, Minh, Hoa and Dũng are in it."""
    return guardians_room(cast.class_7a)
