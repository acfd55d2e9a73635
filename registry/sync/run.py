"""The procedure of one import, from the file received to the run's row: refused, shown, or applied whole."""

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from registry import audit
from registry.changes import AccessChange
from registry.models import Source, SyncRun
from registry.selectors import today
from registry.signals import access_changed
from registry.sync.apply import Writer, name_scope
from registry.sync.closure import rebuild_closure
from registry.sync.errors import PackageRefused
from registry.sync.issue_rows import record_issues
from registry.sync.issues import IssueBook
from registry.sync.loading import unhurried
from registry.sync.manifest import Manifest, read_manifest
from registry.sync.package import Package, file_sha256
from registry.sync.source import choose_source, source_for_refusals
from registry.sync.survey import Progress, Survey

State = SyncRun.State
# Raise it when the same package should read differently: the next run then compares every row again.
READING = 1


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be done with a package. `source` names the system it comes from where the package does not."""

    path: Path
    apply: bool = False
    source: str = ""
    given_name_first: bool = False


@dataclass(slots=True)
class Outcome:
    """What an import did, or would do. `is_repeat`: this very file was the last one applied."""

    run: SyncRun
    issues: IssueBook
    counts: dict[str, dict[str, int]]
    is_repeat: bool = False

    @property
    def is_refused(self) -> bool:
        """Whether the package was refused as a whole."""
        return self.run.state == State.REFUSED


class _Overtaken(Exception):
    """Another sync of this source was applied while this one read its package."""


def sync_package(request: Request, *, progress: Progress = lambda _stage, _done: None) -> Outcome:
    """Read a package and show or apply the difference. A refusal is an outcome; only a file that is not there raises."""
    issues = IssueBook()
    fingerprint = file_sha256(request.path)
    try:
        with Package(request.path, issues) as package:
            manifest = read_manifest(package, issues)
            source = choose_source(request.source, system=manifest.system, given_name_first=request.given_name_first)
            return _Import(package, manifest, source, request, issues, progress).make()
    except PackageRefused as refusal:
        # Refused before it was known where the package comes from.
        run = SyncRun.objects.create(source=source_for_refusals(request.source), file_sha256=fingerprint)
        return _refused(run, refusal, issues)


def last_applied(source: Source) -> SyncRun | None:
    """The source's newest applied run: the generation that stands."""
    return SyncRun.objects.filter(source=source, state=State.APPLIED).order_by("-pk").first()


class _Import:
    def __init__(
        self,
        package: Package,
        manifest: Manifest,
        source: Source,
        request: Request,
        issues: IssueBook,
        progress: Progress,
    ) -> None:
        self._package = package
        self._manifest = manifest
        self._source = source
        self._request = request
        self._issues_before = issues
        self._progress = progress
        self._run = SyncRun.objects.create(source=source, file_sha256=package.sha256, version=manifest.version)

    def make(self) -> Outcome:
        while True:
            try:
                return self._attempt()
            except _Overtaken:
                # What was read was compared with a generation that no longer stands: compare again.
                continue
            except PackageRefused as refusal:
                return _refused(self._run, refusal, self._issues)
            except BaseException:
                SyncRun.objects.filter(pk=self._run.pk).update(state=State.FAILED, finished_at=timezone.now())
                raise

    def _attempt(self) -> Outcome:
        self._issues = self._issues_before.copy()
        base = last_applied(self._source)
        if base and (base.file_sha256, base.reading) == (self._package.sha256, self._reading()):
            return self._repeat()
        survey = Survey(
            self._package, self._manifest, self._source, day=today(), issues=self._issues, progress=self._progress
        )
        survey.make()
        if not self._request.apply:
            return self._finish(State.DRY_RUN, survey.counts())
        with transaction.atomic():
            self._hold_source(base)
            return self._apply(survey, is_first=base is None)

    def _apply(self, survey: Survey, *, is_first: bool) -> Outcome:
        change = Writer(survey, self._progress).write(is_first=is_first)
        name_scope(self._source)
        outcome = self._finish(State.APPLIED, survey.counts())
        # Last, because every other audited act waits for this transaction once its line is written.
        audit.record(None, "registry.synced", subject=f"sync_run:{self._run.pk}", **_told(outcome.counts, change))
        return outcome

    def _repeat(self) -> Outcome:
        """The same file read the same way: only what depends on the day is looked at again."""
        if self._request.apply:
            with transaction.atomic():
                unhurried()
                if moved := rebuild_closure(today()):
                    access_changed.send(sender=Source, change=AccessChange(orgs=moved))
        outcome = self._finish(State.APPLIED if self._request.apply else State.DRY_RUN, {})
        outcome.is_repeat = True
        return outcome

    def _hold_source(self, base: SyncRun | None) -> None:
        """One sync of a source at a time: the second waits here, and starts again when the first changed something."""
        unhurried()
        # NO KEY: rows that refer to the source, such as the other's SyncRun, may be written meanwhile.
        held = Source.objects.select_for_update(no_key=True).get(pk=self._source.pk)
        if last_applied(self._source) != base:
            raise _Overtaken
        if held.family_name_first != self._source.family_name_first:
            self._source.save(update_fields=["family_name_first"])

    def _finish(self, state: SyncRun.State, counts: dict[str, dict[str, int]]) -> Outcome:
        return _finish(self._run, state, self._issues, counts=counts, reading=self._reading())

    def _reading(self) -> str:
        """What decides the result beside the file: how this importer reads, and the habits its source was given."""
        habits = (self._source.end_date_inclusive, self._source.relative_is_guardian, self._source.family_name_first)
        return ":".join([str(READING), *(str(int(each)) for each in habits)])


def _refused(run: SyncRun, refusal: PackageRefused, issues: IssueBook) -> Outcome:
    issues.refuse(
        refusal.code, file=refusal.file, line=refusal.line, column=refusal.column, sourced_id=refusal.sourced_id
    )
    run.refusal_code = refusal.code
    with transaction.atomic():
        return _finish(run, State.REFUSED, issues, counts={}, reading="")


def _finish(
    run: SyncRun, state: SyncRun.State, issues: IssueBook, *, counts: dict[str, dict[str, int]], reading: str
) -> Outcome:
    run.state, run.counts, run.reading, run.finished_at = state, counts, reading, timezone.now()
    run.save()
    record_issues(run, issues)
    return Outcome(run, issues, counts)


def _told(counts: dict[str, dict[str, int]], change: AccessChange) -> dict[str, object]:
    """For the audit: how many of what, no ids but the run's."""
    moved = {
        table: {word: figures[word] for word in ("added", "changed", "restored", "removed")}
        for table, figures in counts.items()
    }
    return {"counts": moved, "everything": change.everything}
