"""What is done to an import: its package is read, applied, or taken back. The same in a thread of the server and in a
process of its own (work.py)."""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

from django.db import connection
from django.utils import timezone

from chatserver.registry_api.rehearsal import Difference
from realtime.faults import log_bug
from registry.models import Person, SyncRun
from registry.sync import holding
from registry.sync.errors import PackageRefused
from registry.sync.rollback import roll_back
from registry.sync.sheet import sent

log = logging.getLogger(__name__)
TELL_EVERY = 1.0


def look(run: SyncRun, *, with_members: bool) -> None:
    """Read the package and compare; the run is a dry run, or refused, when it is over."""
    rehearsal = Difference(run.source) if with_members else None
    read = sent.look if sent.said_of(run) else holding.look
    read(run, progress=Progress(run), rehearsal=rehearsal)


def carry_out(run: SyncRun) -> None:
    """Apply what was decided."""
    sent.carry_out(run, progress=Progress(run), rehearsal=Difference(run.source))


def take_back(run: SyncRun, *, by: int, reason: str) -> None:
    """Take the run back. `by` is the person's key."""
    roll_back(run, by=Person.objects.get(pk=by), reason=reason)


ACTS: dict[str, Callable[..., None]] = {"look": look, "carry_out": carry_out, "take_back": take_back}


def perform(run_id: int, act: Callable[..., None], **how: Any) -> None:
    """Do this to the run, in a thread or process that nobody waits for: a failure is told, and the run says it."""
    try:
        act(SyncRun.objects.select_related("source__scope_org").get(pk=run_id), **how)
    except PackageRefused as refusal:
        log.warning("sync run %s: %s", run_id, refusal.code)
    except Exception as error:  # noqa: BLE001  see above
        log_bug(log, error, "sync run %s failed", run_id)
        fail(run_id)
    finally:
        connection.close()


def fail(run_id: int) -> None:
    """Whatever was done to the run came to no end; nothing of it is in the registry."""
    unfinished = SyncRun.objects.filter(pk=run_id, state=SyncRun.State.RECEIVED)
    unfinished.update(state=SyncRun.State.FAILED, finished_at=timezone.now())


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
