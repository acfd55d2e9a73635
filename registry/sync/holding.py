"""Decisions about a package that was uploaded or held: who looked at it lets it be applied, or declines it.

A decision is bound to what was seen: the file, the generation it was compared with, and what was unusual about it
(registry/sync/run.py asks all three again under the source's lock). Denies made here never wait for any of this.
"""

import hashlib
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.utils import timezone

from registry import audit
from registry.models import Person, Source, SyncRun
from registry.sync import keeping
from registry.sync.errors import PackageRefused
from registry.sync.permission import are_two_people, needs_two
from registry.sync.run import Outcome, Rehearsal, Request, sync_package
from registry.sync.survey import Progress
from registry.sync.valves import opened

State = SyncRun.State
LONGEST_REASON = 500


class Undecidable(Exception):
    """The decision cannot be taken now; `code`: not_waiting (the run is in another state) or second_person_wanted."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def receive(source: Source, chunks: Iterable[bytes], *, by: Person, rollover: bool) -> SyncRun:
    """A run for a package as it comes in; the package is kept, and nothing of it is read yet."""
    digest = hashlib.sha256()

    def hashed() -> Iterator[bytes]:
        for chunk in chunks:
            digest.update(chunk)
            yield chunk

    kept_as = keeping.receive(hashed())
    return SyncRun.objects.create(
        source=source,
        trigger=SyncRun.Trigger.UPLOAD,
        started_by=by,
        file_sha256=digest.hexdigest(),
        kept_as=kept_as,
        counts={"rollover": True} if rollover else {},
    )


def look(run: SyncRun, *, progress: Progress, rehearsal: Rehearsal | None = None) -> Outcome:
    """What the run's kept package would change. Changes nothing."""
    return _sync(run, apply=False, progress=progress, rehearsal=rehearsal)


def carry_out(run: SyncRun, *, progress: Progress, rehearsal: Rehearsal | None = None) -> Outcome:
    """Apply what was decided; held again where the registry is no longer what it was when it was looked at."""
    return _sync(run, apply=True, progress=progress, rehearsal=rehearsal)


@transaction.atomic
def apply(run_id: int, *, by: Person) -> SyncRun:
    """Let a dry run be applied. With something unusual in it it is held instead; otherwise it is now `received`."""
    run = _waiting(run_id, State.DRY_RUN)
    if opened(run.valves):
        run.state = State.HELD
        run.save(update_fields=["state"])
        audit.record(by, "registry.held", subject=f"sync_run:{run.pk}", concerning=run.source.scope_org_id)
        return run
    return _begin(run, by, "registry.apply_asked")


@transaction.atomic
def confirm(run_id: int, *, by: Person, reason: str) -> SyncRun:
    """Let a held run be applied, and say why: it is now `received`; for a whole state once a second person did too."""
    run = _waiting(run_id, State.HELD, State.DRY_RUN)
    if not needs_two(run.source):
        run.confirmed_by, run.confirmation = by, reason[:LONGEST_REASON]
    elif run.confirmed_by is None:
        run.confirmed_by, run.confirmation = by, reason[: LONGEST_REASON // 2]
        run.state = State.HELD
        run.save(update_fields=["confirmed_by", "confirmation", "state"])
        audit.record(
            by,
            "registry.confirmed",
            subject=f"sync_run:{run.pk}",
            concerning=run.source.scope_org_id,
            waits_for_second=True,
        )
        return run
    elif are_two_people(run.confirmed_by, by):
        run.seconded_by = by
        run.confirmation = f"{run.confirmation} · {reason}"[:LONGEST_REASON]
    else:
        raise Undecidable("second_person_wanted")
    return _begin(run, by, "registry.confirmed")


@transaction.atomic
def decline(run_id: int, *, by: Person, reason: str) -> SyncRun:
    """Nothing of this package is applied."""
    run = _waiting(run_id, State.HELD, State.DRY_RUN)
    run.state, run.refusal_code, run.finished_at = State.REFUSED, "declined", timezone.now()
    run.confirmation = reason[:LONGEST_REASON]
    run.save()
    audit.record(by, "registry.declined", subject=f"sync_run:{run.pk}", concerning=run.source.scope_org_id)
    return run


def _waiting(run_id: int, *states: SyncRun.State) -> SyncRun:
    """The run, locked, if it waits for this decision."""
    run = SyncRun.objects.select_for_update(of=("self",)).select_related("source__scope_org").get(pk=run_id)
    if run.state not in states or not run.kept_as:
        raise Undecidable("not_waiting")
    return run


def _begin(run: SyncRun, by: Person, act: str) -> SyncRun:
    """From here on nobody else decides."""
    run.state, run.started_at, run.finished_at = State.RECEIVED, timezone.now(), None
    run.save()
    audit.record(by, act, subject=f"sync_run:{run.pk}", concerning=run.source.scope_org_id)
    return run


def _sync(run: SyncRun, *, apply: bool, progress: Progress, rehearsal: Rehearsal | None = None) -> Outcome:
    rollover = bool(run.counts.get("rollover"))
    try:
        request = Request(keeping.path_of(run), apply=apply, run=run, rollover=rollover, rehearsal=rehearsal)
    except PackageRefused as refusal:
        run.state, run.refusal_code, run.finished_at = State.REFUSED, refusal.code, timezone.now()
        run.save()
        raise
    return sync_package(request, progress=progress)
