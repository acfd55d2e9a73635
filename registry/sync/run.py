"""The procedure of one import, from the file received to the run's row: refused, shown, held, or applied whole."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone

from registry import audit, staleness
from registry.changes import AccessChange
from registry.models import Person, Source, SyncRun
from registry.selectors import today
from registry.signals import access_changed
from registry.sync import keeping
from registry.sync.apply import Writer, name_scope
from registry.sync.closure import rebuild_closure
from registry.sync.errors import PackageRefused
from registry.sync.issue_rows import record_issues
from registry.sync.issues import IssueBook
from registry.sync.journal import Journal
from registry.sync.loading import unhurried
from registry.sync.manifest import Manifest, read_manifest
from registry.sync.measures import Measures
from registry.sync.package import Package, file_sha256
from registry.sync.source import choose_source, source_for_refusals
from registry.sync.survey import Progress, Survey
from registry.sync.valves import measure, opened

State = SyncRun.State
Counts = dict[str, dict[str, int]]
# Raise it when the same package should read differently: the next run then compares every row again.
READING = 1


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be done with a package. `source` names the system it comes from where the package does not.

    `rollover`: a new school year, for which the limits on what may go and change are raised this once. `confirm`: why
    whoever stands at the machine applies a package that was held; it must be the one that was held, on the same base.
    `rehearsal`: looks at what would follow from a package that is shown or held, while it stands in a transaction that is
    then rolled back.
    `run`: the row made for it already, whose decision (registry/sync/holding.py) is carried out when `apply` is set.
    """

    path: Path
    apply: bool = False
    source: str = ""
    given_name_first: bool = False
    rollover: bool = False
    confirm: str = ""
    trigger: str = SyncRun.Trigger.COMMAND
    started_by: Person | None = None
    rehearsal: "Rehearsal | None" = None
    run: SyncRun | None = None


class Rehearsal(Protocol):
    """Sees the registry and all that is derived from it before a package is written, and after."""

    def before(self) -> None:
        """Nothing is written yet."""

    def after(self) -> None:
        """Everything is written, and will be taken back at once."""

    def told(self) -> dict[str, Any]:
        """What it saw, to be kept with the run's counts."""


@dataclass(slots=True)
class Outcome:
    """What an import did, or would do. `is_repeat`: this very file was the last one applied."""

    run: SyncRun
    issues: IssueBook
    counts: Counts
    is_repeat: bool = False

    @property
    def is_refused(self) -> bool:
        """Whether the package was refused as a whole."""
        return self.run.state == State.REFUSED

    @property
    def is_held(self) -> bool:
        """Whether the package waits for somebody to confirm it."""
        return self.run.state == State.HELD


class _Overtaken(Exception):
    """Another sync of this source was applied while this one read its package."""


def sync_package(request: Request, *, progress: Progress = lambda _stage, _done: None) -> Outcome:
    """Read a package and show or apply the difference. A refusal is an outcome; only a file that is not there raises."""
    issues = IssueBook()
    fingerprint = file_sha256(request.path)
    try:
        with Package(request.path, issues) as package:
            manifest = read_manifest(package, issues)
            if request.run:
                source = request.run.source
            else:
                source = choose_source(
                    request.source, system=manifest.system, given_name_first=request.given_name_first
                )
            return _Import(package, manifest, source, request, issues, progress).make()
    except PackageRefused as refusal:
        # Refused before it was known where the package comes from.
        run = request.run or SyncRun.objects.create(
            source=source_for_refusals(request.source),
            file_sha256=fingerprint,
            trigger=request.trigger,
            started_by=request.started_by,
        )
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
        known = request.run or self._held_before()
        self._run = known or self._new_run()
        if known:
            # It is read anew, and says anew what is wrong.
            known.issues.all().delete()
        self._run.version, self._run.mode = manifest.version, manifest.mode
        # What was seen by whoever decided: the decision is worth nothing for another base or other valves.
        self._decided = request.apply and (request.run is not None or self._run.state == State.HELD)
        self._seen = (self._run.base_id, self._run.reading)
        self._seen_open = opened(self._run.valves)

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
                staleness.look()
                SyncRun.objects.filter(pk=self._run.pk).update(state=State.FAILED, finished_at=timezone.now())
                raise

    def _attempt(self) -> Outcome:
        self._issues = self._issues_before.copy()
        base = last_applied(self._source)
        if self._was_applied(base):
            return self._repeat()
        survey = Survey(
            self._package, self._manifest, self._source, day=today(), issues=self._issues, progress=self._progress
        )
        with closing(survey):
            survey.make()
            self._measure(survey, base)
            return self._act_on(survey, base)

    def _act_on(self, survey: Survey, base: SyncRun | None) -> Outcome:
        """Show, hold or apply what was found."""
        if not self._request.apply:
            if self._request.rehearsal:
                self._rehearse(self._request.rehearsal, survey, is_first=base is None)
            return self._finish(State.DRY_RUN, survey.counts())
        if not self._may_apply(base):
            return self._hold(survey, is_first=base is None)
        with transaction.atomic():
            self._hold_source(base)
            return self._apply(survey, is_first=base is None)

    def _was_applied(self, base: SyncRun | None) -> bool:
        """Whether this very file stands already: as the last one, or as a delta before it, which has nothing more to say."""
        if base and (base.file_sha256, base.reading) == (self._package.sha256, self._reading()):
            return True
        same = SyncRun.objects.filter(source=self._source, state=State.APPLIED, mode="delta", reading=self._reading())
        return self._manifest.mode == "delta" and same.filter(file_sha256=self._package.sha256).exists()

    def _measure(self, survey: Survey, base: SyncRun | None) -> None:
        measures = Measures(survey, is_first=base is None)
        measures.refuse_cut_off()
        valves = measure(measures.figures(), self._source.thresholds, rollover=self._request.rollover)
        self._run.valves, self._run.base = [valve.as_json() for valve in valves], base
        self._run.refusal_code = ""

    def _may_apply(self, base: SyncRun | None) -> bool:
        """Nothing that a person should see first; or it is just what the person saw who decided."""
        is_open = opened(self._run.valves)
        if not self._decided:
            return not is_open
        if self._seen == (base.pk if base else None, self._reading()) and is_open <= self._seen_open:
            return True
        self._run.refusal_code = "confirmation_outdated"
        return False

    def _hold(self, survey: Survey, *, is_first: bool) -> Outcome:
        """Nothing is applied; what would be is shown, and the package is kept for whoever decides."""
        if self._request.rehearsal:
            self._rehearse(self._request.rehearsal, survey, is_first=is_first)
        self._run.confirmed_by = self._run.seconded_by = None
        self._run.confirmation = ""
        keeping.keep(self._run, self._package.path)
        state = State.HELD if opened(self._run.valves) else State.DRY_RUN
        with transaction.atomic():
            older = SyncRun.objects.filter(source=self._source, state=State.HELD).exclude(pk=self._run.pk)
            older.update(state=State.REFUSED, refusal_code="superseded", finished_at=timezone.now())
            outcome = self._finish(state, survey.counts())
            audit.record(
                None,
                "registry.held",
                subject=f"sync_run:{self._run.pk}",
                concerning=self._source.scope_org_id,
                valves=self._open_valves(),
            )
        return outcome

    def _apply(self, survey: Survey, *, is_first: bool) -> Outcome:
        journal = None if is_first else Journal(self._run, survey)
        change = Writer(survey, self._progress, journal=journal).write(
            is_first=is_first, has_waited=staleness.hear(self._source)
        )
        name_scope(self._source)
        if self._request.confirm:
            self._run.confirmation = self._request.confirm
        outcome = self._finish(State.APPLIED, survey.counts())
        # Last, because every other audited act waits for this transaction once its line is written.
        audit.record(
            self._run.started_by,
            "registry.synced",
            subject=f"sync_run:{self._run.pk}",
            concerning=self._source.scope_org_id,
            counts=_told(outcome.counts),
            everything=change.everything,
            trigger=self._run.trigger,
            valves=self._open_valves(),
            rollover=self._request.rollover,
            confirmed_by=self._run.confirmed_by_id,
            seconded_by=self._run.seconded_by_id,
            confirmed_at_the_machine=bool(self._request.confirm),
        )
        return outcome

    def _rehearse(self, rehearsal: Rehearsal, survey: Survey, *, is_first: bool) -> None:
        with transaction.atomic():
            unhurried()
            rehearsal.before()
            has_waited = staleness.hear(self._source)
            Writer(survey, self._progress, journal=None).write(is_first=is_first, has_waited=has_waited)
            rehearsal.after()
            transaction.set_rollback(True)
        if has_waited:
            # It was heard for the rehearsal only.
            staleness.look()

    def _repeat(self) -> Outcome:
        """The same file read the same way: only what depends on the day is looked at again."""
        if self._request.apply:
            with transaction.atomic():
                unhurried()
                change = AccessChange(orgs=rebuild_closure(today()), everything=staleness.hear(self._source))
                if change:
                    access_changed.send(sender=Source, change=change)
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
        if self._decided and file_sha256(self._package.path) != self._run.file_sha256:
            raise PackageRefused("package_changed")
        if held.family_name_first != self._source.family_name_first:
            self._source.save(update_fields=["family_name_first"])

    def _finish(self, state: SyncRun.State, counts: Counts) -> Outcome:
        extra: dict[str, Any] = {"rollover": True} if self._request.rollover else {}
        if self._request.rehearsal and counts:
            extra |= self._request.rehearsal.told()
        return _finish(self._run, state, self._issues, counts=counts, extra=extra, reading=self._reading())

    def _open_valves(self) -> list[str]:
        return sorted({valve for valve, _table, _org in opened(self._run.valves)})

    def _held_before(self) -> SyncRun | None:
        """The run to which a confirmation at the machine belongs: this very package, held."""
        if not (self._request.confirm and self._request.apply):
            return None
        held = SyncRun.objects.filter(source=self._source, state=State.HELD, file_sha256=self._package.sha256)
        return held.order_by("-pk").first()

    def _new_run(self) -> SyncRun:
        return SyncRun.objects.create(
            source=self._source,
            file_sha256=self._package.sha256,
            trigger=self._request.trigger,
            started_by=self._request.started_by,
        )

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
        return _finish(run, State.REFUSED, issues, counts={}, extra={}, reading="")


def _finish(
    run: SyncRun, state: SyncRun.State, issues: IssueBook, *, counts: Counts, extra: dict[str, Any], reading: str
) -> Outcome:
    run.state, run.reading, run.finished_at = state, reading, timezone.now()
    # A repeat has no counts at all, which is how it is told from a generation.
    run.counts = counts | extra if counts else {}
    run.save()
    record_issues(run, issues)
    return Outcome(run, issues, counts)


def _told(counts: Counts) -> Counts:
    """For the audit: how many of what, no ids but the run's."""
    words = ("added", "changed", "restored", "removed")
    return {table: {word: figures[word] for word in words} for table, figures in counts.items()}
