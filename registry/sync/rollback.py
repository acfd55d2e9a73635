"""Takes the newest applied run of a source back, whole, in one transaction."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q
from django.utils import timezone

from registry import audit
from registry.changes import AccessChange
from registry.models import (
    Enrolment,
    GuardianLink,
    Org,
    OrgClosure,
    Person,
    Role,
    SchoolClass,
    Source,
    SyncChange,
    SyncRun,
)
from registry.models.record import Record, Status
from registry.selectors import today
from registry.signals import access_changed
from registry.sync.closure import rebuild_closure
from registry.sync.errors import PackageRefused
from registry.sync.households import rebuild_households
from registry.sync.journal import columns_of_image, values_of_image
from registry.sync.known import CHUNK
from registry.sync.loading import in_chunks, unhurried, upsert
from registry.sync.report import changes, tables_of
from registry.sync.tables import TABLES
from registry.sync.touched import MOST_NAMED

State = SyncRun.State
# Each only refers to those before it, so they are restored in this order and deleted in the other.
ORDER = (
    *(model._meta.model_name for model in TABLES.values()),
    "classsession",
    "orgparent",
    "guardianlink",
    "pendingrow",
)
# By now these may have rooms, messages or accounts: what the run made of them is ended, and comes back as the same.
ENDED_NOT_DELETED = frozenset({Person, Org, SchoolClass})
# Whose a record is.
OF_PEOPLE: dict[type[Model], tuple[str, ...]] = {
    Role: ("person_id",),
    Enrolment: ("person_id",),
    GuardianLink: ("guardian_id", "student_id"),
}


def may_be_rolled_back(run: SyncRun) -> str:
    """Why not, as a code; empty where it may be: the source's newest applied run that changed something, but not its
    first."""
    applied = SyncRun.objects.filter(source=run.source_id, state=State.APPLIED)
    newer = applied.filter(Exists(SyncChange.objects.filter(run=OuterRef("pk"))), pk__gt=run.pk)
    if run.state != State.APPLIED or newer.exists():
        return "not_the_newest"
    if run.changes.exists():
        return ""
    if not applied.filter(pk__lt=run.pk).exists():
        return "the_first_run"
    return "journal_gone" if changes(tables_of(run)) else "nothing_changed"


@transaction.atomic
def roll_back(run: SyncRun, *, by: Person | None, reason: str) -> AccessChange:
    """Restore every record as it was before this run; those whose access changes are told. Returns what they were told.

    Raises PackageRefused with the code of `may_be_rolled_back`, asked under the source's lock.
    """
    unhurried()
    source = Source.objects.select_for_update(no_key=True).get(pk=run.source_id)
    run.refresh_from_db()
    if code := may_be_rolled_back(run):
        raise PackageRefused(code)
    touched = _Touched(run)
    touched.note()
    _restore(run, source)
    touched.note()
    rebuild_households(source)
    change = touched.change(moved=rebuild_closure(today()))
    now = timezone.now()
    # Repeats, and packages that said the same, stand for this generation too.
    since = SyncRun.objects.filter(source=source, state=State.APPLIED, pk__gte=run.pk)
    since.update(state=State.ROLLED_BACK, rolled_back_at=now, rolled_back_by=by, rollback_reason=reason)
    run.refresh_from_db()
    if change:
        access_changed.send(sender=Source, change=change)
    audit.record(
        by,
        "registry.rolled_back",
        subject=f"sync_run:{run.pk}",
        concerning=source.scope_org_id,
        everything=change.everything,
    )
    return change


def _restore(run: SyncRun, source: Source) -> None:
    for name in reversed(ORDER):
        model = _model(name)
        for chunk in in_chunks(run.changes.filter(model=name, before__isnull=True).values_list("record", flat=True)):
            made = model._default_manager.filter(pk__in=chunk)
            if model in ENDED_NOT_DELETED:
                made.update(status=Status.TO_BE_DELETED)
            else:
                made.delete()
    for name in ORDER:
        model = _model(name)
        _leave_room_for(model, run)
        before = run.changes.filter(model=name, before__isnull=False).values_list("before", flat=True)
        for chunk in in_chunks(before.iterator(CHUNK)):
            rows = (values_of_image(model, image) for image in chunk)
            upsert(model, columns_of_image(model), rows, key=("id",))
    for image in run.changes.filter(model="source").values_list("before", flat=True):
        Source.objects.filter(pk=source.pk).update(**(image or {}))


def _leave_room_for(model: type[Model], run: SyncRun) -> None:
    """Links of orgs and sessions are found by what they join: none may stand where an older one comes back."""
    if issubclass(model, Record) or model is GuardianLink:
        return
    changed = run.changes.filter(model=model._meta.model_name, before__isnull=False)
    for chunk in in_chunks(changed.values_list("record", flat=True)):
        model._default_manager.filter(pk__in=chunk).delete()


def _model(name: str | None) -> type[Model]:
    return apps.get_model("registry", str(name))


class _Touched:
    """Whose access the rollback may change: looked up before and after, like a sync's own."""

    def __init__(self, run: SyncRun) -> None:
        self._run = run
        self._found = AccessChange(everything=run.changes.count() > MOST_NAMED)

    def note(self) -> None:
        """Look up the orgs and classes among the journalled records, and the people whom any of them is of as it is now."""
        if self._found.everything:
            return
        found = self._found
        found.people.update(self._records(Person))
        found.classes.update(self._records(SchoolClass))
        found.orgs.update(self._records(Org))
        for model, columns in OF_PEOPLE.items():
            for people in self._values(model, *columns):
                found.people.update(people)

    def change(self, *, moved: set[int]) -> AccessChange:
        """The whole change; `moved` are orgs whose place in the tree changed."""
        if self._found.everything:
            return self._found
        for chunk in in_chunks(self._records(Org)):
            near = OrgClosure.objects.filter(Q(ancestor__in=chunk) | Q(descendant__in=chunk, depth=1))
            self._found.orgs.update(org for pair in near.values_list("ancestor", "descendant") for org in pair)
        self._found.orgs |= moved
        return self._found

    def _records(self, model: type[Model]) -> Iterable[int]:
        return self._run.changes.filter(model=model._meta.model_name).values_list("record", flat=True)

    def _values(self, model: type[Model], *columns: str) -> Iterator[tuple[Any, ...]]:
        for chunk in in_chunks(self._records(model)):
            yield from model._default_manager.filter(pk__in=chunk).values_list(*columns)
