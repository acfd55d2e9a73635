"""Sources and runs as far as a person may see them; to everybody else they are not there."""

from django.db.models import Prefetch, QuerySet

from realtime.errors import NotFound
from registry.models import Org, Person, Source, SyncRun
from registry.sync.permission import orgs_to_set_up, sources_open_to, sources_to_set_up
from registry.sync.rollback import may_be_rolled_back
from registry.sync.sheet.sent import may_be_explained
from registry.sync.valves import opened
from registry.text import fold

State = SyncRun.State
RUNS_SHOWN = 20
LAST = 3
SCOPES_SHOWN = 50


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


def source_to_set_up(person: Person, source_id: int) -> Source:
    """One whose access this person may change; refuses where there is none of this number."""
    found = sources_to_set_up(person).select_related("scope_org").filter(pk=source_id).first()
    if found is None:
        raise NotFound
    return found


def to_set_up(person: Person) -> set[int]:
    """The numbers of all of those."""
    return set(sources_to_set_up(person).values_list("pk", flat=True))


def scopes(person: Person, search: str) -> tuple[list[Org], bool]:
    """Orgs for which this person may set up sources, by name, and whether there are more."""
    found = orgs_to_set_up(person)
    if search.strip():
        # Names of orgs are folded nowhere in the database, and there are hundreds, not millions.
        sought = fold(search.strip())
        matching = [pk for pk, name in found.values_list("pk", "name") if sought in fold(name)]
        found = found.filter(pk__in=matching)
    orgs = list(found.order_by("name", "pk")[: SCOPES_SHOWN + 1])
    return orgs[:SCOPES_SHOWN], len(orgs) > SCOPES_SHOWN


def scope(person: Person, org_id: int) -> Org:
    """One of them; refuses where there is none of this number."""
    found = orgs_to_set_up(person).filter(pk=org_id).first()
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
    found: list[str] = []
    if run.state == State.DRY_RUN and run.kept_as:
        found = ["confirm" if opened(run.valves) else "apply", "decline"]
    elif run.state == State.HELD and run.kept_as:
        found = ["confirm", "decline"]
    elif run.state == State.APPLIED and not may_be_rolled_back(run):
        found = ["roll_back"]
    return [*found, "explain"] if may_be_explained(run) else found
