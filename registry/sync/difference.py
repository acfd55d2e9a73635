"""One table of a package against what the registry holds of it."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from registry.sync.issues import Issue
from registry.sync.known import Known


@dataclass(slots=True)
class TableDifference:
    """What applying would do to one table. Sets hold sourcedIds."""

    read: int = 0
    quarantined: int = 0
    unchanged: int = 0
    added: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    restored: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    # Unchanged, but set aside at an earlier run, or said again later: only the mark or the time is another.
    refreshed: set[str] = field(default_factory=set)
    newly_stale: set[str] = field(default_factory=set)
    # Rows of a delta that say less than what the registry has already heard.
    older: int = 0
    # When a removed record was removed, where its row says so; the others when this run found them absent.
    removed_at: dict[str, dt.datetime] = field(default_factory=dict)

    @property
    def writes(self) -> set[str]:
        """Ids of the rows to write."""
        found = [each for each in (self.added, self.changed, self.restored, self.refreshed) if each]
        # Of a province's first import all are new: the same million ids need no second set.
        return found[0] if len(found) == 1 else set().union(*found)

    @property
    def size(self) -> int:
        """How many records read differently afterwards."""
        return len(self.added) + len(self.changed) + len(self.restored) + len(self.removed)

    def counts(self) -> dict[str, int]:
        """For the report and the run's row."""
        return {
            "read": self.read,
            "added": len(self.added),
            "changed": len(self.changed),
            "restored": len(self.restored),
            "removed": len(self.removed),
            "unchanged": self.unchanged,
            "quarantined": self.quarantined,
            "older": self.older,
        }


def table_difference(
    seen: dict[str, int],
    known: Known,
    *,
    removals: Mapping[str, dt.datetime | None],
    quarantined: dict[str, Issue],
    is_complete: bool,
    newer: Collection[str] = (),
) -> TableDifference:
    """Compare by mark. Only a complete file says something by silence; a quarantined row is not an absent one. `newer`
    are rows of a delta that were changed after what the registry has of them."""
    difference = TableDifference()
    for sourced_id, mark in seen.items():
        _place(difference, sourced_id, mark, known, is_newer=sourced_id in newer)
    difference.removed = {each for each in removals if each in known.marks and each not in known.deleted}
    difference.removed_at = {each: moment for each in difference.removed if (moment := removals[each])}
    if is_complete:
        difference.removed |= _absent(known, seen, quarantined)
    difference.newly_stale = {
        each for each in quarantined if each in known.marks and each not in known.deleted and each not in known.stale
    } - difference.removed
    return difference


def _place(difference: TableDifference, sourced_id: str, mark: int, known: Known, *, is_newer: bool) -> None:
    before = known.marks.get(sourced_id)
    if before is None:
        difference.added.add(sourced_id)
    elif sourced_id in known.deleted:
        difference.restored.add(sourced_id)
    elif before != mark:
        difference.changed.add(sourced_id)
    else:
        difference.unchanged += 1
        if is_newer or sourced_id in known.stale:
            difference.refreshed.add(sourced_id)


def _absent(known: Known, seen: dict[str, int], quarantined: Iterable[str]) -> set[str]:
    return {each for each in known.live() if each not in seen}.difference(quarantined)
