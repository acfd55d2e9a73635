"""Dated parents of orgs: what a row says, laid over what the registry remembers."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from registry.models import OrgParent
from registry.sync.loading import in_chunks
from registry.sync.rows import Day, OrgRow

Dated = tuple[int, Day, Day]


@dataclass(frozen=True, slots=True)
class Stored:
    """A link as the registry has it."""

    pk: int
    parent: int
    since: Day
    until: Day


def write_parents(
    rows: Iterable[tuple[int, OrgRow]], removed: Iterable[int], *, key: Callable[[str], int], day: dt.date
) -> None:
    """Make the links of these orgs what their rows say; end those of the removed ones today. History is kept."""
    ending = set(removed)
    wanted = dict(rows)
    stored = _stored([*wanted, *ending])
    obsolete: list[int] = []
    new: list[OrgParent] = []
    for org in (*wanted, *ending):
        dated = _dated(wanted.get(org), stored[org], key=key, day=day)
        obsolete += [each.pk for each in stored[org] if (each.parent, each.since, each.until) not in dated]
        new += [
            OrgParent(org_id=org, parent_id=parent, valid_from=since, valid_to=until)
            for parent, since, until in dated - {(each.parent, each.since, each.until) for each in stored[org]}
        ]
    for chunk in in_chunks(obsolete):
        OrgParent.objects.filter(pk__in=chunk).delete()
    OrgParent.objects.bulk_create(new)


def _dated(row: OrgRow | None, stored: list[Stored], *, key: Callable[[str], int], day: dt.date) -> set[Dated]:
    if row is None:
        dated = _moved(stored, None, until=None, day=day)
    elif row.history:
        dated = {(key(span.parent), span.since, span.until) for span in row.history}
    else:
        dated = _moved(stored, key(row.parent) if row.parent else None, until=row.valid_to, day=day)
    # Under a parent that it came under when it had ended already, or for no day, an org never stood: kept, such a link
    # would make that parent answer for it, and would stand in the way of one that begins on the same day.
    return {each for each in dated if _ever_held(each)}


def _ever_held(dated: Dated) -> bool:
    _parent, since, until = dated
    return since is None or until is None or since < until


def _moved(stored: list[Stored], parent: int | None, *, until: Day, day: dt.date) -> set[Dated]:
    """Links after an org without a history of its own came under `parent` (or none) on this day."""
    past: set[Dated] = {
        (each.parent, each.since, each.until) for each in stored if each.until is not None and each.until <= day
    }
    now = [each for each in stored if each.until is None or each.until > day]
    # Not one that was to begin later: the row says that it has begun.
    kept = next((each for each in now if each.parent == parent and (each.since is None or each.since <= day)), None)
    # Left under another parent; a link that began today was never in force and leaves no trace.
    past |= {
        (each.parent, each.since, day) for each in now if each is not kept and (each.since is None or each.since < day)
    }
    if parent is None:
        return past
    if kept:
        return past | {(parent, kept.since, until)}
    again = next((each for each in past if each[0] == parent and each[2] == day), None)
    if again:
        # Ended today and back today: it was never away.
        return past - {again} | {(parent, again[1], until)}
    return past | {(parent, day if stored else None, until)}


def _stored(orgs: list[int]) -> dict[int, list[Stored]]:
    found: dict[int, list[Stored]] = defaultdict(list)
    for chunk in in_chunks(orgs):
        links = OrgParent.objects.filter(org__in=chunk)
        for org, pk, parent, since, until in links.values_list("org_id", "pk", "parent_id", "valid_from", "valid_to"):
            found[org].append(Stored(pk, parent, since, until))
    return found
