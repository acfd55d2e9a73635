"""Lists that people sent: kept as they came, beside what was said about them, until nobody needs to read them again."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from registry import audit
from registry.models import Person, Source, SyncIssue, SyncRun
from registry.sync import holding, keeping
from registry.sync.errors import PackageRefused
from registry.sync.run import Outcome, Rehearsal
from registry.sync.sheet.faults import SheetRefused
from registry.sync.sheet.headers import fold_header
from registry.sync.sheet.identity import Kind
from registry.sync.sheet.importing import SheetOutcome, SheetRequest, import_sheet
from registry.sync.sheet.proposal import propose
from registry.sync.sheet.report import proposal_json
from registry.sync.sheet.rolling import Extent
from registry.sync.survey import Progress

State = SyncRun.State
KINDS: MappingProxyType[str, Kind] = MappingProxyType({"pupils": Kind.PUPIL, "staff": Kind.STAFF})
# Somebody decided, or nobody did for too long: what its columns mean is no question any more.
_OVER = frozenset({"declined", "superseded", "not_confirmed"})


class Said(msgspec.Struct, frozen=True):
    """What is known about a list beside its cells. `mapping`: meanings by header, as somebody said; `sheets`: what every
    header was taken for when it was read last. Empty words: found out."""

    name: str
    rollover: bool = False
    mapping: dict[str, str] = msgspec.field(default_factory=dict)
    kind: str = ""
    extent: str = Extent.ASK.value
    school_year: int | None = None
    sheets: list[dict[str, Any]] = msgspec.field(default_factory=list)


def receive(source: Source, chunks: Iterable[bytes], name: str, *, by: Person, rollover: bool) -> SyncRun:
    """A run for a list as it comes in; the list is kept, and nothing of it is read yet."""
    arriving = _folder() / f"{secrets.token_hex(16)}.new"
    digest = hashlib.sha256()
    with open(arriving, "wb", opener=_private) as file:
        for chunk in chunks:
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    run = SyncRun.objects.create(
        source=source, trigger=SyncRun.Trigger.UPLOAD, started_by=by, file_sha256=digest.hexdigest()
    )
    _say(run, Said(name, rollover=rollover))
    arriving.replace(_list(run, name))
    return run


def said_of(run: SyncRun) -> Said | None:
    """What is known about the run's list; None where it came as something else, or is not kept any more."""
    try:
        return msgspec.json.decode(_words(run).read_bytes(), type=Said)
    except FileNotFoundError:
        return None


def may_be_explained(run: SyncRun) -> bool:
    """Whether somebody may still say what the columns of the run's list mean, and have it read anew."""
    is_open = run.state == State.DRY_RUN or (run.state == State.REFUSED and run.refusal_code not in _OVER)
    return is_open and said_of(run) is not None


@transaction.atomic
def explain(
    run_id: int, *, by: Person, mapping: dict[str, str], kind: str, extent: str, school_year: int | None
) -> SyncRun:
    """Say what the list's headers mean, whom and how much of the school it is about; the run is `received` again.

    Raises holding.Undecidable where it waits for no such word.
    """
    run = SyncRun.objects.select_for_update(of=("self",)).select_related("source__scope_org").get(pk=run_id)
    said = said_of(run)
    if said is None or not may_be_explained(run):
        raise holding.Undecidable("not_waiting")
    _say(
        run,
        msgspec.structs.replace(
            said, mapping=said.mapping | mapping, kind=kind, extent=extent, school_year=school_year
        ),
    )
    run.state, run.refusal_code, run.started_at, run.finished_at = State.RECEIVED, "", timezone.now(), None
    run.counts, run.valves = {}, []
    run.save()
    audit.record(by, "registry.list_explained", subject=f"sync_run:{run.pk}", concerning=run.source.scope_org_id)
    return run


def look(run: SyncRun, *, progress: Progress, rehearsal: Rehearsal | None = None) -> SheetOutcome:
    """What the run's list would change, and what its headers are taken for. Changes nothing."""
    said, school = said_of(run), run.source.scope_org
    if said is None or school is None:
        raise PackageRefused("package_gone")
    request = SheetRequest(
        _list(run, said.name),
        school,
        name=said.name,
        kind=KINDS.get(said.kind),
        mapping=said.mapping,
        extent=Extent(said.extent),
        school_year=said.school_year,
        rollover=said.rollover,
        run=run,
        rehearsal=rehearsal,
    )
    _say(run, msgspec.structs.replace(said, sheets=_proposed(request, run.source)))
    return import_sheet(request, progress=progress)


def carry_out(run: SyncRun, *, progress: Progress, rehearsal: Rehearsal | None = None) -> Outcome:
    """Apply what was decided. Its report keeps the cells that were named; what the headers meant is remembered."""
    said = said_of(run)
    cells = list(run.issues.filter(file=said.name[:60])) if said else []
    outcome = holding.carry_out(run, progress=progress, rehearsal=rehearsal)
    for each in cells:
        each.pk = None
    SyncIssue.objects.bulk_create(cells)
    if said and said.mapping and outcome.run.state == State.APPLIED:
        confirmed = {fold_header(header): meaning for header, meaning in said.mapping.items()}
        Source.objects.filter(pk=run.source_id).update(mapping=run.source.mapping | confirmed)
    return outcome


def forget_lists() -> int:
    """Delete lists whose runs are over for as long as packages are kept, and what belongs to no run; how many files."""
    now = timezone.now()
    waiting = SyncRun.objects.filter(state__in=[State.HELD, State.RECEIVED])
    fresh = SyncRun.objects.filter(finished_at__gte=now - keeping.KEPT)
    wanted = {str(pk) for runs in (waiting, fresh) for pk in runs.values_list("pk", flat=True)}
    settled = (now - keeping.ABANDONED).timestamp()
    gone = [path for path in _folder().iterdir() if path.stem not in wanted and path.stat().st_mtime < settled]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _proposed(request: SheetRequest, source: Source) -> list[dict[str, Any]]:
    said = {fold_header(header): meaning for header, meaning in request.mapping.items()}
    try:
        found = propose(request.path, name=request.file_name, mapping=source.mapping | said, kind=request.kind)
    except SheetRefused:
        # A file that cannot be opened has no headers to tell of; the import says why.
        return []
    return proposal_json(found)


def _say(run: SyncRun, said: Said) -> None:
    fresh = _words(run).with_suffix(".fresh")
    with open(fresh, "wb", opener=_private) as file:
        file.write(msgspec.json.encode(said))
    fresh.replace(_words(run))


def _folder() -> Path:
    """Where lists lie, open to nobody but the server's own user: there are names of children in them."""
    found: Path = settings.DATA_DIR / "lists"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def _words(run: SyncRun) -> Path:
    return _folder() / f"{run.pk}.json"


def _list(run: SyncRun, name: str) -> Path:
    """Named by what it says it is, which is all that the readers ask of a name."""
    return _folder() / f"{run.pk}{'.xlsx' if name.lower().endswith('.xlsx') else '.txt'}"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
