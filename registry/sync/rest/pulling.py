"""A pull from beginning to end: read the provider into the spool, pack it, import the package, remember how far."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from registry import audit
from registry.models import Person, Source, SyncIssue, SyncRun
from registry.sync.errors import PackageRefused
from registry.sync.issue_rows import record_issues
from registry.sync.issues import IssueBook, file_of
from registry.sync.rest.calling import Caller
from registry.sync.rest.codes import PASSING
from registry.sync.rest.due import is_due
from registry.sync.rest.limits import RESUMED_FOR, Limits
from registry.sync.rest.packing import pack
from registry.sync.rest.provider import Provider
from registry.sync.rest.reading import Reader
from registry.sync.rest.sources import access_of, next_state, note_seen
from registry.sync.rest.spool import Spool
from registry.sync.rest.translating import COLLECTIONS
from registry.sync.rest.turn import turn_of
from registry.sync.run import Outcome, Rehearsal, Request, sync_package
from registry.sync.survey import Progress


class NotDue(Exception):
    """A scheduled pull that somebody else has just made."""


class Pull:
    """One pull of a source. `folder` holds the spools of all sources; `rehearsal` looks at what would follow where it is
    shown or held; `sleep` and `limits` are passed in by tests."""

    def __init__(
        self,
        source: Source,
        call: Caller,
        *,
        folder: Path,
        limits: Limits | None = None,
        sleep: Callable[[float], None] = time.sleep,
        progress: Progress = lambda _stage, _done: None,
        rehearsal: Rehearsal | None = None,
    ) -> None:
        self._rehearsal = rehearsal
        self._source = source
        self._call = call
        self._folder = folder
        self._limits = limits or Limits()
        self._sleep = sleep
        self._progress = progress

    def run(
        self,
        *,
        apply: bool,
        is_full: bool = False,
        trigger: SyncRun.Trigger = SyncRun.Trigger.COMMAND,
        by: Person | None = None,
    ) -> Outcome:
        """What the import did or would do. A refusal, the provider's or the import's, is an outcome too.

        Raises AlreadyPulling when somebody else has this source's turn, and NotDue when they had it: servers that see at
        the same moment that the time has come all begin, and one pulls.
        """
        with turn_of(self._source, self._folder):
            self._source.refresh_from_db()
            if trigger == SyncRun.Trigger.SCHEDULE and not is_due(self._source):
                raise NotDue
            try:
                spool = self._spool(is_full=is_full)
                self._read(spool)
            except PackageRefused as refusal:
                return self._refused(refusal, trigger, by)
            request = Request(
                pack(spool),
                apply,
                self._source.name,
                trigger=trigger,
                started_by=by,
                rehearsal=self._rehearsal,
            )
            outcome = self._import(spool, request)
            if outcome.run.state == SyncRun.State.APPLIED:
                note_seen(self._source, spool.state)
            elif outcome.is_refused:
                audit.record(
                    by,
                    "registry.pull_refused",
                    subject=f"sync_run:{outcome.run.pk}",
                    concerning=self._source.scope_org_id,
                )
            spool.remove()
            return outcome

    def fetch(self, keep: Callable[[Path], None], *, is_full: bool = False) -> None:
        """Read the provider and hand over what it gave as a package, for somebody to look at before anything is imported.

        Raises PackageRefused and AlreadyPulling. What may pass by itself leaves what was read for the next try.
        """
        with turn_of(self._source, self._folder):
            self._source.refresh_from_db()
            try:
                spool = self._spool(is_full=is_full)
                self._read(spool)
            except PackageRefused as refusal:
                self._forget_unless_passing(refusal)
                raise
            keep(pack(spool))
            spool.remove()

    def _spool(self, *, is_full: bool) -> Spool:
        """The one that an earlier pull left, if it asked the same provider a question that still stands."""
        folder = self._folder / str(self._source.pk)
        wanted = next_state(self._source, is_full=is_full)
        left = Spool.found(folder)
        if left is not None:
            state = left.state
            is_fresh = timedelta(0) <= wanted.began - state.began < RESUMED_FOR
            if is_fresh and (state.endpoint, state.since) == (wanted.endpoint, wanted.since):
                return left
        return Spool.begin(folder, wanted)

    def _read(self, spool: Spool) -> None:
        provider = Provider(access_of(self._source), self._call, limits=self._limits, sleep=self._sleep)
        reader = Reader(self._source, spool, provider, limits=self._limits, tell=self._progress)
        for collection in COLLECTIONS:
            reader.read(collection)

    def _import(self, spool: Spool, request: Request) -> Outcome:
        outcome = sync_package(request, progress=self._progress)
        for collection, read in spool.state.collections.items():
            if read.is_unfiltered:
                _warn(outcome, collection, "filter_ignored")
            if read.is_undated and read.rows:
                _warn(outcome, collection, "no_change_dates")
        return outcome

    def _refused(self, refusal: PackageRefused, trigger: SyncRun.Trigger, by: Person | None) -> Outcome:
        """The run's row where no package came about. What may pass by itself leaves the spool."""
        self._forget_unless_passing(refusal)
        return refuse(SyncRun(source=self._source, trigger=trigger, started_by=by), refusal)

    def _forget_unless_passing(self, refusal: PackageRefused) -> None:
        if refusal.code not in PASSING:
            Spool.remove_at(self._folder / str(self._source.pk))


@transaction.atomic
def refuse(run: SyncRun, refusal: PackageRefused) -> Outcome:
    """End a run for which no package came about: nothing was changed."""
    issues = IssueBook()
    issues.refuse(refusal.code, file=refusal.file, line=None, column="")
    run.state, run.refusal_code, run.counts, run.finished_at = SyncRun.State.REFUSED, refusal.code, {}, timezone.now()
    run.save()
    record_issues(run, issues)
    audit.record(
        run.started_by,
        "registry.pull_refused",
        subject=f"sync_run:{run.pk}",
        concerning=run.source.scope_org_id,
        code=refusal.code,
    )
    return Outcome(run, issues, {})


def forget_old_pulls(folder: Path) -> int:
    """Delete spools that nobody will go on with; how many. They hold people's data."""
    forgotten = 0
    for path in folder.glob("*/state.json"):
        if time.time() - path.stat().st_mtime >= RESUMED_FOR.total_seconds():
            Spool.remove_at(path.parent)
            forgotten += 1
    return forgotten


def _warn(outcome: Outcome, table: str, code: str) -> None:
    """Something about the provider, in the report and in the run's issues."""
    outcome.issues.warn(table, code)
    warning = SyncIssue.Severity.WARNING
    SyncIssue.objects.create(run=outcome.run, file=file_of(table), code=code, severity=warning)
