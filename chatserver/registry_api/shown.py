"""Sources and runs as far as a person may see them; to everybody else they are not there."""

from django.db.models import Prefetch, QuerySet

from realtime.errors import NotFound
from registry.models import Person, Source, SyncRun
from registry.sync.permission import sources_open_to
from registry.sync.rollback import may_be_rolled_back
from registry.sync.valves import opened

State = SyncRun.State
RUNS_SHOWN = 20
LAST = 3


def sources(person: Person) -> QuerySet[Source]:
    """Every source this person may look after, by name, with `last_runs`."""
    last = SyncRun.objects.select_related("started_by").order_by("-pk")[:LAST]
    found = sources_open_to(person).select_related("scope_org").order_by("name")
    return found.prefetch_related(Prefetch("runs", last, to_attr="last_runs"))


def source(person: Person, source_id: int) -> Source:
    """One of them; refuses where there is none of this number."""
    found = sources_open_to(person).select_related("scope_org").filter(pk=source_id).first()
    if found is None:
        raise NotFound
    return found


def runs_of(source: Source) -> QuerySet[SyncRun]:
    """The newest runs of a source."""
    return source.runs.select_related("started_by").order_by("-pk")[:RUNS_SHOWN]


def run(person: Person, run_id: int) -> SyncRun:
    """A run of one of this person's sources; refuses where there is none of this number."""
    related = ("source__scope_org", "started_by", "confirmed_by", "seconded_by", "rolled_back_by")
    open_to = SyncRun.objects.filter(source__in=sources_open_to(person))
    found = open_to.select_related(*related).filter(pk=run_id).first()
    if found is None:
        raise NotFound
    return found


def orders(run: SyncRun) -> list[str]:
    """What may be ordered of a run now."""
    if run.state == State.DRY_RUN and run.kept_as:
        return ["confirm" if opened(run.valves) else "apply", "decline"]
    if run.state == State.HELD and run.kept_as:
        return ["confirm", "decline"]
    if run.state == State.APPLIED and not may_be_rolled_back(run):
        return ["roll_back"]
    return []
