"""Imports take minutes: they run beside the requests, one at a time in a process, and tell how far they are."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from time import monotonic
from typing import Any

from django.db import connection
from django.utils import timezone

from chatserver.registry_api.rehearsal import Difference
from chatserver.registry_sources.guarded import GuardedCaller, pulls_folder
from realtime.faults import log_bug
from registry.models import Person, SyncRun
from registry.sync import holding, keeping
from registry.sync.errors import PackageRefused
from registry.sync.rest.pulling import Pull, refuse
from registry.sync.rest.turn import AlreadyPulling
from registry.sync.rollback import roll_back
from registry.sync.sheet import sent

log = logging.getLogger(__name__)
# A second import would take the processor from those who write; it waits for its turn.
_threads = ThreadPoolExecutor(1, thread_name_prefix="registry")
TELL_EVERY = 1.0


def begin_look(run: SyncRun, *, with_members: bool) -> None:
    """Have the package read and compared; the run is a dry run, or refused, when it is over."""
    _begin(run.pk, lambda found: _look(found, with_members=with_members))


def begin_pull(run: SyncRun) -> None:
    """Have the source read, and then looked at what it gave. It waits for the network: in a thread that nobody waits for."""
    Thread(target=_act, args=(run.pk, _pull), name="registry-pull", daemon=True).start()


def begin_carrying_out(run: SyncRun) -> None:
    """Have what was decided applied."""
    _begin(run.pk, lambda found: sent.carry_out(found, progress=Progress(found), rehearsal=Difference(found.source)))


def begin_rollback(run: SyncRun, *, by: Person, reason: str) -> None:
    """Have the run taken back."""
    _begin(run.pk, lambda found: roll_back(found, by=by, reason=reason))


def _look(run: SyncRun, *, with_members: bool) -> None:
    rehearsal = Difference(run.source) if with_members else None
    read = sent.look if sent.said_of(run) else holding.look
    read(run, progress=Progress(run), rehearsal=rehearsal)


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


def _begin(run_id: int, act: Callable[[SyncRun], Any]) -> None:
    _threads.submit(_act, run_id, act)


def _act(run_id: int, act: Callable[[SyncRun], Any]) -> None:
    try:
        act(SyncRun.objects.select_related("source__scope_org").get(pk=run_id))
    except PackageRefused as refusal:
        log.warning("sync run %s: %s", run_id, refusal.code)
    except Exception as error:  # noqa: BLE001  nobody waits for this thread: it is told, and the run says that it failed
        log_bug(log, error, "sync run %s failed", run_id)
        unfinished = SyncRun.objects.filter(pk=run_id, state=SyncRun.State.RECEIVED)
        unfinished.update(state=SyncRun.State.FAILED, finished_at=timezone.now())
    finally:
        connection.close()


class Progress:
    """Tells on the run's row how far the import is. Inside the one transaction that applies it nobody could see more."""

    def __init__(self, run: SyncRun) -> None:
        self._run = run
        self._counts = {name: run.counts[name] for name in ("rollover",) if name in run.counts}
        self._told = 0.0

    def __call__(self, stage: str, done: int) -> None:
        if monotonic() - self._told < TELL_EVERY or connection.in_atomic_block:
            return
        self._told = monotonic()
        counts = self._counts | {"progress": {"stage": stage, "done": done}}
        SyncRun.objects.filter(pk=self._run.pk).update(counts=counts)
