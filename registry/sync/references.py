"""Whether what a row refers to exists, and which single fault explains the rows that fall with it."""

from collections.abc import Collection
from dataclasses import dataclass, field

from registry.sync.issues import Issue, IssueBook
from registry.sync.known import Known
from registry.sync.scope import OUTSIDE, REFUSED_ALONE, NotOurs, Scope
from registry.sync.tables import ORGS


@dataclass(slots=True)
class Target:
    """One table as others refer to it: rows of this package, and records that stay because nothing was said against them."""

    table: str
    known: Known
    seen: Collection[str] = ()
    # Known records that end with this run, or ended before it.
    gone: Collection[str] = ()
    quarantined: dict[str, Issue] = field(default_factory=dict)
    # What other sources brought: their orgs in scope may be referred to, anything else may not.
    scope: Scope | None = None
    # Own orgs that stand outside the scope.
    outside: Collection[str] = ()
    _missing: dict[str, Issue] = field(default_factory=dict)

    def holds(self, sourced_id: str) -> bool:
        """Whether a reference to this id resolves. A quarantined row's previous version still stands."""
        if sourced_id in self.seen:
            return True
        is_kept = sourced_id in self.known.marks and sourced_id not in self.gone and sourced_id not in self.outside
        return is_kept or self.is_anothers(sourced_id)

    def is_anothers(self, sourced_id: str) -> bool:
        """Whether the id means an org of another source, inside the scope of this one."""
        return self.table == ORGS and self.scope is not None and sourced_id in self.scope.orgs

    def refusal(self, sourced_id: str) -> str | None:
        """Why a reference to this id is refused for good, whatever comes later; None where it may only wait."""
        if sourced_id in self.outside:
            return OUTSIDE
        if sourced_id in self.quarantined and (code := self.quarantined[sourced_id].cause.code) in REFUSED_ALONE:
            return code
        return self.scope.refusal(self.table, sourced_id) if self.scope else None

    def kept(self) -> set[str]:
        """Records of the registry that stay though this package has no row of them that could be taken."""
        return {each for each in self.known.marks if each not in self.seen and each not in self.gone}

    def keep_ids_only(self) -> None:
        """Let go of the marks when they are compared: for a province they are most of the memory."""
        self.seen = frozenset(self.seen)
        self.known = Known(marks=dict.fromkeys(self.kept(), 0))

    def cause_of_absence(self, sourced_id: str, issues: IssueBook) -> Issue:
        """The issue to repair first when a reference does not resolve; each missing record is reported once."""
        if sourced_id in self.quarantined:
            return self.quarantined[sourced_id].cause
        if sourced_id not in self._missing:
            self._missing[sourced_id] = issues.missing(self.table, sourced_id)
        return self._missing[sourced_id]


class Dangling(Exception):
    """A row refers to something that is not there, and cannot stand without it."""

    def __init__(self, column: str, root: Issue) -> None:
        super().__init__(column)
        self.column = column
        self.root = root


def require(target: Target, sourced_id: str, column: str, issues: IssueBook) -> None:
    """Set the row aside when its reference does not resolve."""
    if not target.holds(sourced_id):
        if code := target.refusal(sourced_id):
            raise NotOurs(code, column)
        raise Dangling(column, target.cause_of_absence(sourced_id, issues))
