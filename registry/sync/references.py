"""Whether what a row refers to exists, and which single fault explains the rows that fall with it."""

from collections.abc import Collection
from dataclasses import dataclass, field

from registry.sync.issues import Issue, IssueBook
from registry.sync.known import Known


@dataclass(slots=True)
class Target:
    """One table as others refer to it: rows of this package, and records that stay because nothing was said against them."""

    table: str
    known: Known
    seen: Collection[str] = ()
    # Known records that end with this run, or ended before it.
    gone: Collection[str] = ()
    quarantined: dict[str, Issue] = field(default_factory=dict)
    _missing: dict[str, Issue] = field(default_factory=dict)

    def holds(self, sourced_id: str) -> bool:
        """Whether a reference to this id resolves. A quarantined row's previous version still stands."""
        return sourced_id in self.seen or (sourced_id in self.known.digests and sourced_id not in self.gone)

    def kept(self) -> set[str]:
        """Records of the registry that stay though this package has no row of them that could be taken."""
        return {each for each in self.known.digests if each not in self.seen and each not in self.gone}

    def keep_ids_only(self) -> None:
        """Let go of the digests when they are compared: for a province they are most of the memory."""
        self.seen = frozenset(self.seen)
        self.known = Known(digests=dict.fromkeys(self.kept(), b""))

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
        raise Dangling(column, target.cause_of_absence(sourced_id, issues))
