"""The tree of organisations on one day: checked before anything refers to it."""

import datetime as dt
from collections.abc import Iterable, Mapping

from registry.models import Org, OrgParent, Source
from registry.sync.errors import PackageRefused
from registry.sync.issues import Issue, IssueBook
from registry.sync.known import Known
from registry.sync.references import Target
from registry.sync.rows import OrgRow, Span
from registry.sync.tables import ORGS

Lines = Mapping[str, int]


class OrgTree:
    """Who stands under whom on a day, by sourcedId: rows of the package, and the registry's orgs that stay as they are."""

    def __init__(self, day: dt.date) -> None:
        self._day = day
        self._parents: dict[str, str] = {}
        self._above: dict[str, frozenset[str]] = {}

    def place(self, sourced_id: str, parent: str) -> None:
        """Put an org under its parent of the day; an empty parent is none."""
        self._parents[sourced_id] = parent

    def above(self, sourced_id: str) -> frozenset[str]:
        """The org itself and everything above it."""
        if sourced_id not in self._above:
            found: list[str] = []
            each = sourced_id
            while each and each not in found:
                found.append(each)
                each = self._parents.get(each, "")
            self._above[sourced_id] = frozenset(found)
        return self._above[sourced_id]


def parent_on(row: OrgRow, day: dt.date) -> str:
    """The org's parent on a day: what its history says, where it has one."""
    if row.history:
        return next((span.parent for span in row.history if span.covers(day)), "")
    return row.parent


def vet_orgs(
    rows: dict[str, OrgRow], lines: Lines, *, target: Target, source: Source, day: dt.date, issues: IssueBook
) -> None:
    """Quarantine orgs in cycles, outside the source's scope or under a parent that is nowhere.

    `rows` loses them; `target.seen` must be `rows` itself.
    """
    _refuse_strangers(rows, target.known)
    kept = kept_parents(source, day, without=rows)
    _note_other_parents(rows, lines, day, issues)
    for sourced_id in _in_cycles(rows, kept, day):
        _set_aside(rows, lines, sourced_id, code="org_cycle", issues=issues)
    for sourced_id in _outside(rows, source, day):
        _set_aside(rows, lines, sourced_id, code="outside_scope", issues=issues)
    _set_orphans_aside(rows, lines, target=target, issues=issues)


def kept_parents(source: Source, day: dt.date, *, without: Iterable[str]) -> dict[str, str]:
    """Parent of the day of the registry's live orgs that are not among `without`."""
    skipped = set(without)
    found = {
        sourced_id: ""
        for sourced_id in Org.objects.filter(source=source, status="active").values_list("sourced_id", flat=True)
        if sourced_id not in skipped
    }
    links = OrgParent.objects.filter(org__source=source).values_list(
        "org__sourced_id", "parent__sourced_id", "valid_from", "valid_to"
    )
    for sourced_id, parent, since, until in links:
        if sourced_id in found and Span(parent, since, until).covers(day):
            found[sourced_id] = parent
    return found


def _refuse_strangers(rows: dict[str, OrgRow], known: Known) -> None:
    """Another province's package under this source's name would read as the end of everybody in this one."""
    roots = [row.sourced_id for row in rows.values() if not row.parent and not row.history]
    if known.digests and roots and not any(root in known.digests for root in roots):
        raise PackageRefused("other_registry", file="orgs.csv", column="sourcedId", sourced_id=roots[0])


def _note_other_parents(rows: dict[str, OrgRow], lines: Lines, day: dt.date, issues: IssueBook) -> None:
    for row in rows.values():
        if not row.history:
            continue
        expected = parent_on(row, day) or row.history[-1].parent
        if row.parent != expected:
            issues.warn(
                ORGS,
                "parent_history_differs",
                line=lines[row.sourced_id],
                column="parentSourcedId",
                sourced_id=row.sourced_id,
            )


def _in_cycles(rows: dict[str, OrgRow], kept: dict[str, str], day: dt.date) -> list[str]:
    """Orgs that stand above themselves. Peeled from both ends: what is above no one and below no one is in no cycle."""
    edges = {each: {row.parent, parent_on(row, day)} - {""} for each, row in rows.items()}
    edges |= {each: {parent} - {""} for each, parent in kept.items()}
    rest = set(edges)
    while True:
        parents = {parent for each in rest for parent in edges[each]}
        peeled = {each for each in rest if not edges[each] & rest or each not in parents}
        if not peeled:
            return sorted(each for each in rest if each in rows)
        rest -= peeled


def _outside(rows: dict[str, OrgRow], source: Source, day: dt.date) -> list[str]:
    """Orgs that hang nowhere, where the source speaks for one tree only."""
    if source.scope_org is None:
        return []
    scope = source.scope_org.sourced_id
    return [each for each, row in rows.items() if each != scope and not row.history and not parent_on(row, day)]


def _set_orphans_aside(rows: dict[str, OrgRow], lines: Lines, *, target: Target, issues: IssueBook) -> None:
    """Repeated until nothing falls: an org under a quarantined one falls with it."""
    while True:
        orphans = [(each, parent) for each, row in rows.items() for parent in _named(row) if not target.holds(parent)]
        if not orphans:
            return
        for each, parent in orphans:
            if each in rows:
                root = target.cause_of_absence(parent, issues)
                _set_aside(rows, lines, each, code="dangling_reference", issues=issues, root=root)


def _named(row: OrgRow) -> set[str]:
    return {row.parent, *(span.parent for span in row.history)} - {""}


def _set_aside(
    rows: dict[str, OrgRow], lines: Lines, sourced_id: str, *, code: str, issues: IssueBook, root: Issue | None = None
) -> None:
    del rows[sourced_id]
    issues.quarantine(ORGS, code, line=lines[sourced_id], column="parentSourcedId", sourced_id=sourced_id, root=root)
