"""A pull that was killed goes on where it stopped; what it left behind is nobody's for longer than a day."""

import asyncio
import datetime as dt
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from aiohttp import web

from chatserver.upkeep import tidy
from registry.models import Person, Source, SyncRun
from registry.sync.rest.sources import set_up
from registry.sync.rest.spool import Spool
from tests import services
from tests.registry_rest.conftest import pulled, source_of
from tests.registry_rest.provider import Provider
from tests.registry_rest.state import state_of
from tests.wire import ROOT, database_url


@pytest.fixture
def broken_off(source: Source, provider: Provider, folder: Path) -> Source:
    """A pull that lost the provider after two pages of users."""
    pages = 0

    async def misdeed(request: web.Request, collection: str) -> web.Response | None:
        nonlocal pages
        pages += collection == "users"
        return web.Response(status=503) if pages > 2 else None

    provider.misdeed = misdeed
    outcome = pulled(source, folder)
    assert (outcome.run.state, outcome.run.refusal_code) == (SyncRun.State.REFUSED, "provider_failing")
    assert not Person.objects.exists()
    provider.misdeed = None
    provider.forget()
    return source


def test_a_pull_killed_in_the_middle_goes_on_there(transactional_db: None, provider: Provider, folder: Path) -> None:
    source = source_of(provider)
    set_up(source, by=None, runs_at=dt.time(0, 0))
    provider.most = 2
    arrived, let_go = threading.Event(), threading.Event()

    async def hold_the_second_page_of_users(request: web.Request, collection: str) -> None:
        if collection == "users" and provider.pages()["users"] == 2:
            arrived.set()
            while not let_go.is_set():
                await asyncio.sleep(0.05)

    provider.misdeed = hold_the_second_page_of_users
    data = Path(tempfile.mkdtemp(prefix="tt-pull-"))
    process = start_pull(source, provider, data)
    assert arrived.wait(30), "it has one page of users, and asks for the next"
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    let_go.set()
    assert not SyncRun.objects.filter(state=SyncRun.State.APPLIED).exists()
    assert not Person.objects.exists()
    left = Spool.found(data / "pulls" / str(source.pk))
    assert left is not None
    assert left.state.collections["users"].rows == 2
    provider.forget()

    again = start_pull(source, provider, data)
    assert again.wait(60) == 0, (data / "log").read_text()
    assert set(provider.pages()) == {"users", "enrollments"}, "what was read is not asked for again"
    assert provider.pages()["users"] == 2
    assert Person.objects.count() == 5
    run = SyncRun.objects.get()
    assert (run.state, run.trigger) == (SyncRun.State.APPLIED, SyncRun.Trigger.SCHEDULE)
    assert not (data / "pulls" / str(source.pk)).exists()


def start_pull(source: Source, provider: Provider, data: Path) -> "subprocess.Popen[bytes]":
    env = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DATA_DIR": str(data),
        "OUTSIDE_TEST_HOSTS": f"127.0.0.1:{provider.port}",
    }
    command = [sys.executable, "manage.py", "pull_registry", str(source.pk), "--apply", "--scheduled"]
    return services.start(command, data / "log", cwd=ROOT, env=env)


def test_what_was_read_is_not_asked_for_again(broken_off: Source, provider: Provider, folder: Path) -> None:
    assert pulled(broken_off, folder).run.state == SyncRun.State.APPLIED
    assert provider.pages() == {"users": 1, "enrollments": 2}
    assert Person.objects.count() == 5


def test_half_a_row_behind_the_last_kept_page_is_cut_off(broken_off: Source, folder: Path) -> None:
    with (folder / str(broken_off.pk) / "users.csv").open("ab") as file:
        file.write(b'zz,active,,"half a na')
    assert pulled(broken_off, folder).run.state == SyncRun.State.APPLIED
    assert Person.objects.count() == 5


@pytest.mark.parametrize("damage", ["cut", "gone", "state", "another provider", "a day old"])
def test_what_cannot_be_trusted_begins_anew(broken_off: Source, provider: Provider, folder: Path, damage: str) -> None:
    spool = Spool.found(folder / str(broken_off.pk))
    assert spool is not None
    if damage == "cut":
        os.truncate(spool.path("orgs"), 3)
    elif damage == "gone":
        spool.path("orgs").unlink()
    elif damage == "state":
        (spool.folder / "state.json").write_text('{"began":')
    elif damage == "another provider":
        spool.state.endpoint = "https://another.example/"
        spool.keep()
    else:
        spool.state.began -= dt.timedelta(hours=25)
        spool.keep()
    assert pulled(broken_off, folder).run.state == SyncRun.State.APPLIED
    assert provider.pages()["orgs"] == 2
    assert Person.objects.count() == 5


def test_a_pull_that_went_on_ends_as_one_in_one_go(broken_off: Source, provider: Provider, folder: Path) -> None:
    pulled(broken_off, folder)
    went_on = state_of(broken_off)
    outcome = pulled(broken_off, folder, is_full=True)
    assert outcome.run.state == SyncRun.State.APPLIED
    assert state_of(broken_off) == went_on


def test_what_nobody_goes_on_with_is_forgotten_after_a_day(broken_off: Source, folder: Path, settings) -> None:
    settings.DATA_DIR = folder.parent
    spool = folder / str(broken_off.pk)
    assert (tidy()["pulls_forgotten"], spool.exists()) == (0, True)
    yesterday = time.time() - 25 * 3600
    os.utime(spool / "state.json", (yesterday, yesterday))
    assert (tidy()["pulls_forgotten"], spool.exists()) == (1, False)
