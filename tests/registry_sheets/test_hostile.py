"""Files that mean harm: each refused with its own reason, nothing changed, nothing opened on the way."""

import resource
import socket
from pathlib import Path

import pytest

from registry.models import Org, SyncRun
from tests.registry_sheets.conftest import Send, state
from tests.registry_sheets.hostile import FILES, write_hostile
from tests.registry_sheets.sheets import PUPILS

MOST_MEMORY_KB = 400 << 10


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every address that Python connects to meanwhile."""
    found: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _self, address: found.append(address))
    return found


@pytest.mark.django_db
def test_every_hostile_file_is_refused_with_its_reason_and_changes_nothing(
    send: Send, school: Org, tmp_path: Path, called: list[object]
) -> None:
    send(PUPILS)
    before = state(school)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wrong: dict[str, str] = {}
    for name in FILES:
        path, code = write_hostile(name, tmp_path)
        outcome = send(path)
        found = outcome.refusal.code if outcome.refusal else "taken"
        if found != code or outcome.run.state != SyncRun.State.REFUSED or outcome.run.refusal_code != code:
            wrong[name] = f"{found}, not {code}"
    assert not wrong
    assert len(FILES) >= 30
    assert state(school) == before
    assert not called
    # The writing of the largest files, which is the test's, is in it too.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < MOST_MEMORY_KB
