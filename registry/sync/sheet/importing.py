"""The import of one school's spreadsheet: read, checked, turned into a package, and given to the one apply."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils import timezone

from registry.models import Org, Person, Source, SyncRun
from registry.selectors import STAFF_ROLES, live_roles, today
from registry.sync import keeping
from registry.sync.package import file_sha256
from registry.sync.run import Outcome, Rehearsal, Request, sync_package
from registry.sync.sheet.classes import school_year_on
from registry.sync.sheet.faults import Fault, FaultBook, Severity, SheetRefused, record
from registry.sync.sheet.header_row import Header
from registry.sync.sheet.headers import fold_header
from registry.sync.sheet.identity import Kind
from registry.sync.sheet.opening import read_file
from registry.sync.sheet.packing import write_package
from registry.sync.sheet.reading import headers_of
from registry.sync.sheet.rolling import Extent, Roll
from registry.sync.sheet.standing import standing_of
from registry.sync.sheet.tables import Tables
from registry.sync.survey import Progress


@dataclass(frozen=True, slots=True)
class SheetRequest:
    """What is to be done with a file. `name` is the one it came under; `mapping` says what headers mean, by meaning.

    `run`: the row made for it already; its package is kept with it, for whoever decides. `rehearsal`: see run.Request.
    """

    path: Path
    school: Org
    apply: bool = False
    name: str = ""
    kind: Kind | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    extent: Extent = Extent.ASK
    school_year: int | None = None
    rollover: bool = False
    confirm: str = ""
    trigger: str = SyncRun.Trigger.COMMAND
    started_by: Person | None = None
    run: SyncRun | None = None
    rehearsal: Rehearsal | None = None

    @property
    def file_name(self) -> str:
        """The file as people know it."""
        return self.name or self.path.name


@dataclass(slots=True)
class SheetOutcome:
    """What was read and what followed. `outcome` is that of the package; None where the file was refused before."""

    run: SyncRun
    headers: list[tuple[Kind, Header]]
    faults: list[Fault]
    dropped: int = 0
    refusal: SheetRefused | None = None
    outcome: Outcome | None = None

    @property
    def header_rows(self) -> dict[str, int]:
        """The row of each list's header, by sheet."""
        return {header.grid.title: header.row for _kind, header in self.headers}

    @property
    def is_refused(self) -> bool:
        """Whether nothing of the file is taken, here or by the import of its package."""
        return self.refusal is not None or (self.outcome is not None and self.outcome.is_refused)

    @property
    def is_held(self) -> bool:
        """Whether the package waits for somebody to confirm it."""
        return self.outcome is not None and self.outcome.is_held


def source_of(school: Org) -> Source:
    """The school's own source of lists; made when first asked for."""
    found = Source.objects.filter(kind=Source.Kind.SHEET, scope_org=school).order_by("pk").first()
    if found:
        return found
    name = f"Danh sách {school.name}"[:120] + f" ({school.sourced_id[:60]})"
    return Source.objects.create(name=name, kind=Source.Kind.SHEET, scope_org=school, semicolons_allowed=True)


def import_sheet(request: SheetRequest, *, progress: Progress = lambda _stage, _done: None) -> SheetOutcome:
    """Read a file of a school and show or apply what it changes. A refusal is an outcome and leaves a run like any other."""
    return _SheetImport(request, progress).make()


class _SheetImport:
    def __init__(self, request: SheetRequest, progress: Progress) -> None:
        self._request = request
        self._progress = progress
        self._source = request.run.source if request.run else source_of(request.school)
        self._faults = FaultBook()
        self._headers: list[tuple[Kind, Header]] = []
        self._mapping = self._source.mapping | {fold_header(each): what for each, what in request.mapping.items()}

    def make(self) -> SheetOutcome:
        try:
            with TemporaryDirectory(prefix="sheet-") as folder:
                package = Path(folder) / "package.zip"
                write_package(self._tables(), package)
                return self._sync(package)
        except SheetRefused as refusal:
            return self._refused(refusal)

    def _tables(self) -> Tables:
        request = self._request
        year = request.school_year or school_year_on(today())
        standing = standing_of(self._source, year=year)
        roll = Roll(request.school, standing, self._faults, extent=request.extent, year=year, day=today())
        grids = read_file(request.path, request.file_name, self._faults)
        self._headers = headers_of(grids, self._mapping, request.kind, self._faults)
        self._refuse_second_source({kind for kind, _header in self._headers})
        return roll.of(self._headers)

    def _refuse_second_source(self, kinds: set[Kind]) -> None:
        """A school whose people another source brings would have everybody twice: nothing tells that two are one."""
        for kind in kinds:
            named = {"student"} if kind is Kind.PUPIL else STAFF_ROLES
            others = live_roles().filter(org=self._request.school, role__in=named).exclude(source=self._source)
            if others.exists():
                raise SheetRefused("sheet_other_source")

    def _sync(self, package: Path) -> SheetOutcome:
        request = self._request
        if request.run:
            keeping.replace(request.run, package)
        outcome = sync_package(
            Request(
                package,
                apply=request.apply,
                source=self._source.name,
                rollover=request.rollover,
                confirm=request.confirm,
                trigger=request.trigger,
                started_by=request.started_by,
                run=request.run,
                rehearsal=request.rehearsal,
            ),
            progress=self._progress,
        )
        record(outcome.run, request.file_name, self._faults.kept)
        if request.apply and request.mapping and not outcome.is_refused:
            # Confirmed by having been used: the next file of this school is read the same way.
            Source.objects.filter(pk=self._source.pk).update(mapping=self._mapping)
        return SheetOutcome(outcome.run, self._headers, self._faults.kept, self._faults.dropped, outcome=outcome)

    def _refused(self, refusal: SheetRefused) -> SheetOutcome:
        request = self._request
        run = request.run or SyncRun(source=self._source, trigger=request.trigger, started_by=request.started_by)
        run.file_sha256 = "" if refusal.code == "no_such_file" else file_sha256(request.path)
        # What an earlier reading of the same list found is no longer true.
        run.counts, run.valves, run.kept_as = {}, [], ""
        run.state, run.refusal_code, run.finished_at = SyncRun.State.REFUSED, refusal.code, timezone.now()
        run.save()
        run.issues.all().delete()
        fault = Fault(refusal.code, Severity.REFUSED, refusal.place)
        record(run, self._request.file_name, [fault, *self._faults.kept])
        return SheetOutcome(run, self._headers, self._faults.kept, self._faults.dropped, refusal=refusal)
