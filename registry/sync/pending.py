"""Rows of deltas that wait for what they refer to: tried again with each run of their source, for 7 days."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace

from registry.models import PendingRow, Source
from registry.sync.issues import IssueBook, Unheard
from registry.sync.loading import in_chunks
from registry.sync.oneroster_csv import Cut, Numbered, file_for, rows_at, typed_again
from registry.sync.package import Package
from registry.sync.rows import Removal, RoleRow, TypedRow
from registry.sync.tables import TABLES
from registry.sync.terms import Terms

PATIENCE = dt.timedelta(days=7)
# The line of a row that stands in no file of this package.
WAITED = 0

Times = dict[str, dt.datetime]


class Pending:
    """The rows of a source that wait. `again` gives them to be read; `write` keeps those that wait on."""

    def __init__(self, source: Source, terms: Terms) -> None:
        self._source = source
        self._terms = terms
        self._stored: dict[str, dict[str, PendingRow]] = defaultdict(dict)
        self._again: dict[str, set[str]] = defaultdict(set)
        self._lines: dict[str, set[int]] = defaultdict(set)
        self._found: list[int] = []
        for row in PendingRow.objects.filter(source=source).order_by("pk"):
            self._found.append(row.pk)
            self._stored[row.table][row.sourced_id] = row

    def tables(self) -> set[str]:
        """Tables in which something waits."""
        return {table for table, rows in self._stored.items() if rows}

    def give_up(self, issues: IssueBook) -> None:
        """Let go of what waited for seven days, and say so."""
        for table, rows in self._stored.items():
            for key in [key for key, row in rows.items() if row.since <= self._terms.now - PATIENCE]:
                issues.warn(table, "waited_in_vain", sourced_id=key)
                del rows[key]

    def forget(self, table: str) -> None:
        """Let go of a table's rows: the package carries the whole table."""
        self._stored.pop(table, None)

    def yield_to(self, table: str, spoken: dict[str, dt.datetime | None]) -> Times:
        """Let go of rows about which this package says something newer. Returns when the remaining ones were changed."""
        rows = self._stored[table]
        said = {key: row.modified for key, row in self._typed(table, Unheard()) if row.modified}
        for key in [key for key in rows if key in spoken]:
            newer = spoken[key]
            if newer is None or key not in said or newer >= said[key]:
                del rows[key]
                said.pop(key, None)
        return said

    def again(self, table: str, issues: IssueBook) -> Iterator[Numbered]:
        """The waiting rows of a table, typed from the cells that were kept."""
        for _key, row in self._typed(table, issues):
            yield WAITED, row

    def waits(self, table: str, line: int, row: TypedRow) -> None:
        """Remember that this row, on this line, did not find what it refers to."""
        if line == WAITED:
            self._again[table] |= {row.sourced_id, getattr(row, "person", row.sourced_id)}
        else:
            self._lines[table].add(line)

    def counts(self) -> Counter[str]:
        """How many rows of this package begin to wait, by table."""
        return Counter({table: len(lines) for table, lines in self._lines.items()})

    def write(self, package: Package) -> None:
        """Keep the rows that wait on and those that begin to, drop the others. Must run in the sync's transaction."""
        kept = {
            row.pk for table, rows in self._stored.items() for key, row in rows.items() if key in self._again[table]
        }
        for chunk in in_chunks(pk for pk in self._found if pk not in kept):
            PendingRow.objects.filter(pk__in=chunk).delete()
        new = {
            (table, cells["sourcedId"].strip()): cells
            for table, lines in self._lines.items()
            for cells in rows_at(table, lines, package, self._terms)
        }
        PendingRow.objects.bulk_create(
            PendingRow(
                source=self._source, table=table, sourced_id=key, cells=dict(cells), version=self._terms.version,
                since=self._terms.now,
            )
            for (table, key), cells in new.items()
        )  # fmt: skip

    def _typed(self, table: str, issues: IssueBook) -> Iterator[tuple[str, TypedRow | Removal]]:
        for version in ("1.1", "1.2"):
            terms = replace(self._terms, version=version, deltas=frozenset(TABLES))
            kept: list[Cut] = [row.cells for row in self._stored[table].values() if row.version == version]
            for _line, row in typed_again(table, kept, terms, issues, line=WAITED):
                yield _key(row, is_of_user=file_for(table, terms) != table), row


def _key(row: TypedRow | Removal, *, is_of_user: bool) -> str:
    """What a waiting row is kept under: the sourcedId of its line, which of a role in 1.1 is its person's."""
    return row.person if is_of_user and isinstance(row, RoleRow) else row.sourced_id
