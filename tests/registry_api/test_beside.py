"""A large import has a process of its own: whatever becomes of that one or of the server, the registry is whole."""

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test.client import MULTIPART_CONTENT

from chatserver.registry_api.work import SMALL_CHANGE, SMALL_PACKAGE
from registry.models import Person
from tests.registry.test_valves import add_pupil
from tests.registry_api.browsers import Accounts, Browser, form_of
from tests.registry_api.conftest import SECONDS, Office
from tests.wire import Server, serving

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 3_000


@pytest.fixture
def office(transactional_db: None, tmp_path: Path) -> Office:
    """A province whose next package has many more pupils."""
    found = Office(tmp_path)
    for number in range(MANY):
        add_pupil(found.parcel, f"moi{number}", "t0", "c0")
    return found


def upload(office: Office, officer: Browser) -> int:
    form = form_of(office.parcel, office.folder)
    assert len(form) > SMALL_PACKAGE
    status, run = officer.ask(f"sources/{office.source.pk}/packages", form, MULTIPART_CONTENT)
    assert status == 202, run
    return int(run["id"])


def processes(server: Server) -> list[int]:
    """Those that the server has started for imports."""
    return [int(pid) for pid in re.findall(r"sync run \d+: process (\d+)", server.said())]


def wait_for(is_so: Callable[[], Any]) -> None:
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def test_a_large_package_is_read_applied_and_taken_back_by_other_processes(office: Office) -> None:
    before = Person.objects.count()
    with serving() as server:
        officer = Browser(server, Accounts(), "son")
        run = upload(office, officer)
        assert officer.over(run)["may"] == ["apply", "decline"]
        assert officer.ask(f"runs/{run}/apply", b"{}")[0] == 202
        assert officer.over(run)["state"] == "applied"
        assert Person.objects.filter(status="active").count() == before + 2 * MANY > before + SMALL_CHANGE
        assert officer.ask(f"runs/{run}/rollback", '{"reason": "nhầm tệp"}'.encode())[0] == 202
        wait_for(lambda: officer.ask(f"runs/{run}")[1]["state"] == "rolled_back")
        assert officer.ask(f"runs/{run}")[1]["rollback_reason"] == "nhầm tệp"
        assert len(set(processes(server))) == 3
        assert "nhầm tệp" not in server.said()


def test_a_process_that_is_killed_fails_its_run_and_nothing_else(office: Office) -> None:
    with serving() as server:
        officer = Browser(server, Accounts(), "son")
        run = upload(office, officer)
        assert officer.over(run)["state"] == "dry_run"
        before = Person.objects.count()
        assert officer.ask(f"runs/{run}/apply", b"{}")[0] == 202
        wait_for(lambda: len(processes(server)) == 2)
        os.kill(processes(server)[1], signal.SIGKILL)
        assert officer.over(run)["state"] == "failed"
        assert Person.objects.count() == before
        again = upload(office, officer)
        assert officer.over(again)["state"] == "dry_run"


def test_a_server_that_ends_takes_the_process_with_it(office: Office) -> None:
    with serving() as server:
        officer = Browser(server, Accounts(), "son")
        upload(office, officer)
        wait_for(lambda: processes(server))
        [pid] = processes(server)
        assert is_running(pid)
        server.stop(by=signal.SIGKILL)
        wait_for(lambda: not is_running(pid))
