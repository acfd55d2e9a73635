"""The tree of organisations on one day: checked before anything refers to it."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from registry.models import Org, OrgParent, Source
from registry.sync.difference import TableDifference
from registry.sync.errors import PackageRefused
from registry.sync.issues import Issue, IssueBook
from registry.sync.known import Known
from registry.sync.references import Target
from registry.sync.rows import OrgRow, Span
from registry.sync.scope import OUTSIDE, OWNED, Scope
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
    rows: dict[str, OrgRow],
    lines: Lines,
    *,
    target: Target,
    scope: Scope,
    source: Source,
    day: dt.date,
    issues: IssueBook,
    is_whole: bool = True,
) -> None:
    """Quarantine orgs in cycles, outside the source's scope or under a parent that is nowhere.

    `rows` loses them; `target.seen` must be `rows` itself. `is_whole`: the file says of every org that it is there.
    """
    if is_whole and not scope.is_anothers:
        _refuse_strangers(rows, target.known)
    for sourced_id in [each for each, row in rows.items() if scope.brings(each, row.identifier)]:
        _set_aside(rows, lines, sourced_id, code=OWNED, issues=issues)
    _name_parents(rows, scope)
    kept = kept_parents(source, day, without=rows)
    _note_other_parents(rows, lines, day, issues)
    for sourced_id in _in_cycles(rows, kept, day):
        _set_aside(rows, lines, sourced_id, code="org_cycle", issues=issues)
    if source.scope_org is not None:
        _keep_inside(rows, kept, lines, target=target, scope=scope, source=source, day=day, issues=issues)
    _set_orphans_aside(rows, lines, target=target, issues=issues)


def _name_parents(rows: dict[str, OrgRow], scope: Scope) -> None:
    """Another source's org that is named by its identifier is called by its sourcedId from here on."""
    for each, row in rows.items() if scope.orgs else ():
        history = tuple(span._replace(parent=scope.org(span.parent)) for span in row.history)
        rows[each] = row._replace(parent=scope.org(row.parent), history=history)


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


def moved(difference: TableDifference, rows: Mapping[str, OrgRow], source: Source, day: dt.date) -> set[str]:
    """The orgs of a difference that come under another org, or come back, or go."""
    if not (difference.changed or difference.restored or difference.removed):
        return set()
    standing = kept_parents(source, day, without=())
    elsewhere = {each for each in difference.changed if parent_on(rows[each], day) != standing.get(each, "")}
    return elsewhere | difference.restored | difference.removed


def _refuse_strangers(rows: dict[str, OrgRow], known: Known) -> None:
    """Another province's package under this source's name would read as the end of everybody in this one."""
    roots = [row.sourced_id for row in rows.values() if not row.parent and not row.history]
    if known.marks and roots and not any(root in known.marks for root in roots):
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


def stored_outside(source: Source, scope: Scope, day: dt.date) -> set[str]:
    """The source's own orgs that stand outside what it speaks for, since somebody made its scope narrower."""
    if source.scope_org is None:
        return set()
    standing = kept_parents(source, day, without=())
    top = _top(source, scope)
    inside = _Inside(standing, {*scope.orgs, top} - {""})
    above = {top}
    while (each := standing.get(top, "")) and each not in above:
        above.add(each)
        top = each
    # What stood somewhere once and stands nowhere today was dissolved: it may still be told about.
    return {each for each, parent in standing.items() if (parent or each in above) and not inside(each)}


def _keep_inside(
    rows: dict[str, OrgRow],
    kept: dict[str, str],
    lines: Lines,
    *,
    target: Target,
    scope: Scope,
    source: Source,
    day: dt.date,
    issues: IssueBook,
) -> None:
    """Set aside what hangs nowhere or elsewhere, where the source speaks for one tree only."""
    top = _top(source, scope)
    standing = kept_parents(source, day, without=())
    parents = kept | {each: parent_on(row, day) for each, row in rows.items()}
    inside = _Inside(parents, {*scope.orgs, top} - {""})
    for each, row in list(rows.items()):
        parent = parents[each]
        if each == top:
            # Where the scope itself hangs is said by whoever speaks for what is above it.
            is_outside = parent != standing.get(top) and parent in target.outside
        elif inside(each) or (row.history and not parent):
            continue
        else:
            is_outside = not parent or parent in target.known.marks or scope.refusal(ORGS, parent) is not None
        if is_outside:
            # One that lost its parent says that the file lost its tree; the others are just not this source's.
            lost = not parent and bool(standing.get(each))
            _set_aside(rows, lines, each, code=OUTSIDE, issues=issues, is_borne=not lost)


def _top(source: Source, scope: Scope) -> str:
    """The org for which the source speaks, where it is its own."""
    return "" if source.scope_org is None or scope.is_anothers else source.scope_org.sourced_id


class _Inside:
    """Whether an org hangs under one of these, by its parents of the day."""

    def __init__(self, parents: Mapping[str, str], tops: Collection[str]) -> None:
        self._parents = parents
        self._known = dict.fromkeys(tops, True)

    def __call__(self, sourced_id: str) -> bool:
        path: list[str] = []
        each = sourced_id
        while each and each not in self._known and each not in path:
            path.append(each)
            each = self._parents.get(each, "")
        is_inside = self._known.get(each, False)
        self._known.update(dict.fromkeys(path, is_inside))
        return is_inside


def _set_orphans_aside(rows: dict[str, OrgRow], lines: Lines, *, target: Target, issues: IssueBook) -> None:
    """Repeated until nothing falls: an org under a quarantined one falls with it."""
    while True:
        orphans = [
            (each, parent)
            for each, row in rows.items()
            for parent in _named(row)
            if not target.holds(parent) and parent not in target.outside
        ]
        if not orphans:
            return
        for each, parent in orphans:
            if each in rows:
                root = target.cause_of_absence(parent, issues)
                _set_aside(rows, lines, each, code="dangling_reference", issues=issues, root=root)


def _named(row: OrgRow) -> set[str]:
    return {row.parent, *(span.parent for span in row.history)} - {""}


def _set_aside(
    rows: dict[str, OrgRow],
    lines: Lines,
    sourced_id: str,
    *,
    code: str,
    issues: IssueBook,
    root: Issue | None = None,
    is_borne: bool = False,
) -> None:
    del rows[sourced_id]
    issues.quarantine(
        ORGS,
        code,
        line=lines[sourced_id],
        column="parentSourcedId",
        sourced_id=sourced_id,
        root=root,
        is_borne=is_borne or code == OWNED,
    )
