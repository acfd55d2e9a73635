"""What a package says about orgs. They are few and refer to each other: the whole tree is checked before anything else
refers to it."""

import datetime as dt
from collections.abc import Iterator

from registry.models import Source
from registry.sync.incoming import Incoming
from registry.sync.issues import IssueBook
from registry.sync.oneroster_csv import Numbered
from registry.sync.orgs import vet_orgs
from registry.sync.references import Target
from registry.sync.rows import OrgRow
from registry.sync.scope import REFUSED_ALONE, Scope
from registry.sync.tables import ORGS


class OrgRows:
    """The org rows of a run, read once. `rows` are those that hold, by sourcedId; after `vet` only those that may stand."""

    def __init__(self, incoming: Incoming, issues: IssueBook) -> None:
        self._incoming = incoming
        self._issues = issues
        self._lines: dict[str, int] = {}
        self._removals: list[Numbered] = []
        self.rows: dict[str, OrgRow] = {}
        for line, row in incoming.rows(ORGS, issues):
            if isinstance(row, OrgRow):
                self._take(line, row)
            else:
                self._removals.append((line, row))
        for sourced_id in issues.quarantined.get(ORGS, {}):
            self.rows.pop(sourced_id, None)

    def vet(self, target: Target, scope: Scope, source: Source, *, day: dt.date, is_whole: bool) -> None:
        """Set aside what may not stand; `is_whole`: an org that the file leaves out is gone, and nothing refers to it."""
        target.seen = self.rows
        if is_whole:
            named = {*self.rows, *target.quarantined, *(row.sourced_id for _line, row in self._removals)}
            target.gone = target.known.deleted | ({*target.known.live()} - named)
        before = dict(self.rows)
        vet_orgs(
            self.rows,
            self._lines,
            target=target,
            scope=scope,
            source=source,
            day=day,
            issues=self._issues,
            is_whole=is_whole,
        )
        self._let_wait(before)

    def numbered(self) -> Iterator[Numbered]:
        """Line and row of all that is left."""
        yield from self._removals
        for sourced_id, row in self.rows.items():
            yield self._lines[sourced_id], row

    def _take(self, line: int, row: OrgRow) -> None:
        if row != self.rows.setdefault(row.sourced_id, row):
            self._issues.quarantine_twice(ORGS, line, row.sourced_id)
        elif self._lines.setdefault(row.sourced_id, line) != line:
            self._issues.warn(ORGS, "duplicate_row", line=line, column="sourcedId", sourced_id=row.sourced_id)

    def _let_wait(self, before: dict[str, OrgRow]) -> None:
        """Of a delta, what hangs under an org that is not there yet."""
        for sourced_id in before.keys() - self.rows.keys():
            issue = self._issues.quarantined[ORGS][sourced_id]
            is_waiting = issue.code == "dangling_reference" and issue.cause.code not in REFUSED_ALONE
            if is_waiting and self._incoming.may_wait(ORGS, self._lines[sourced_id]):
                self._incoming.pending.waits(ORGS, self._lines[sourced_id], before[sourced_id])
                self._issues.borne_rows[ORGS] += 1
