"""Imports take minutes: they run beside the requests, one at a time, and tell how far they are. A small one is over in a
blink, in a thread; a large one has a process of its own: its memory and its share of Python's lock are not the server's."""

import json
import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import Any

from django.conf import settings
from django.db import connection

from chatserver.registry_api import acts
from chatserver.registry_api.acts import Progress
from chatserver.registry_sources.guarded import GuardedCaller, pulls_folder
from realtime import refresh_access
from registry.models import Person, SyncRun
from registry.sync import keeping
from registry.sync.errors import PackageRefused
from registry.sync.rest.pulling import Pull, refuse
from registry.sync.rest.turn import AlreadyPulling

log = logging.getLogger(__name__)
# A second import would take the processor from those who write; it waits for its turn.
_turns = ThreadPoolExecutor(1, thread_name_prefix="registry")
# What is read, or taken back, in less time than a process needs to start: bytes of a package, rows of a run.
SMALL_PACKAGE = 64 << 10
SMALL_CHANGE = 2_000


def begin_look(run: SyncRun, *, with_members: bool) -> None:
    """Have the package read and compared; the run is a dry run, or refused, when it is over."""
    _begin(run, "look", is_large=keeping.size_of(run) > SMALL_PACKAGE, with_members=with_members)


def begin_pull(run: SyncRun) -> None:
    """Have the source read, and then looked at what it gave. It waits for the network: in a thread that nobody waits for."""
    Thread(target=acts.perform, args=(run.pk, _pull), name="registry-pull", daemon=True).start()


def begin_carrying_out(run: SyncRun) -> None:
    """Have what was decided applied."""
    _begin(run, "carry_out", is_large=keeping.size_of(run) > SMALL_PACKAGE)


def begin_rollback(run: SyncRun, *, by: Person, reason: str) -> None:
    """Have the run taken back."""
    is_large = run.changes.all()[: SMALL_CHANGE + 1].count() > SMALL_CHANGE
    _begin(run, "take_back", is_large=is_large, by=by.pk, reason=reason)


def _pull(run: SyncRun) -> None:
    try:
        with GuardedCaller(run.source) as call:
            pull = Pull(run.source, call, folder=pulls_folder(), progress=Progress(run))
            pull.fetch(lambda package: keeping.replace(run, package))
    except PackageRefused as refusal:
        refuse(run, refusal)
        return
    except AlreadyPulling:
        refuse(run, PackageRefused("already_pulling"))
        return
    run.save(update_fields=["kept_as", "file_sha256"])
    begin_look(run, with_members=True)


def _begin(run: SyncRun, act: str, *, is_large: bool, **how: Any) -> None:
    if is_large:
        _turns.submit(acts.perform, run.pk, _beside, told={"run": run.pk, "act": act, "how": how})
    else:
        _turns.submit(acts.perform, run.pk, acts.ACTS[act], **how)


def _beside(run: SyncRun, *, told: dict[str, Any]) -> None:
    """Have manage.py perform_act do it, and wait. What it is told stands in no list of processes."""
    # Nothing is asked of the database from here while the other process works.
    connection.close()
    with subprocess.Popen(
        [sys.executable, "manage.py", "perform_act"],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    ) as process:
        log.info("sync run %s: process %s", run.pk, process.pid)
        # Left open until it is over: at its end the other process sees that this one is gone, and ends, too.
        assert process.stdin is not None
        process.stdin.write(json.dumps(told).encode() + b"\n")
        process.stdin.flush()
        process.wait()
    if process.returncode:
        log.error("sync run %s: its process ended with %s", run.pk, process.returncode)
        acts.fail(run.pk)
    elif settings.EMBEDDED:
        # No line leads from that process to the sockets of this one.
        refresh_access(None)
