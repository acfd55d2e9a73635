"""Every row that one run has to say about a table: the package's own, those that waited, and those that follow from both."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from registry.models import Source
from registry.sync.concerns import Concerns
from registry.sync.issues import IssueBook, Unheard
from registry.sync.known import Known
from registry.sync.manifest import Manifest
from registry.sync.oneroster_csv import Numbered, carries_stamps, file_for, typed_rows
from registry.sync.package import Package
from registry.sync.pending import WAITED, Pending
from registry.sync.rows import Removal, RoleRow, TypedRow
from registry.sync.stamps import COLUMN
from registry.sync.tables import TABLES, USERS
from registry.sync.terms import Terms

# The line of a stored row that is read again because of another one.
ECHOED = -1

Spoken = dict[str, dt.datetime | None]


class Incoming:
    """`rows` may be read as often as needed and gives the same each time."""

    def __init__(self, package: Package, manifest: Manifest, source: Source, terms: Terms, issues: IssueBook) -> None:
        self._package = package
        self._manifest = manifest
        self._issues = issues
        self.terms = self._as_the_rows_say(terms)
        self.pending = Pending(source, self.terms)
        self.concerns = Concerns(source)
        self.older: Counter[str] = Counter()
        self._changed: dict[str, dict[str, dt.datetime]] = defaultdict(dict)
        self._echoes: dict[str, list[TypedRow]] = {}
        self._spoken: dict[str, Spoken] = {}
        # Whether only what a delta names need be looked up: one whole file asks about everything that it leaves out.
        self.is_lean = all(file_for(table, self.terms) in self.terms.deltas for table in TABLES if self.has(table))
        self._prepare()

    def has(self, table: str) -> bool:
        """Whether the package carries the file that the table is read from."""
        return file_for(table, self.terms) in self._package

    def is_delta(self, table: str) -> bool:
        """Whether the table's file carries only what changed."""
        return file_for(table, self.terms) in self.terms.deltas

    def is_dated(self, table: str) -> bool:
        """Whether rows of this table are older or newer than what the registry has of them."""
        return table in self._changed

    def may_wait(self, table: str, line: int) -> bool:
        """Whether a row on this line, whose reference does not resolve, is kept and tried again."""
        return line == WAITED or (line > WAITED and self.is_delta(table))

    def said_at(self, person: str) -> dt.datetime | None:
        """When the user row of a delta was changed."""
        return self._spoken.get(USERS, {}).get(person)

    def expect(self, table: str, known: Known) -> None:
        """Learn when the registry's records of the table were changed. A row that waits counts as known."""
        if table in self._changed:
            waiting = self._changed[table]
            self._changed[table] = known.modified | {
                key: max(moment, known.modified.get(key, moment)) for key, moment in waiting.items()
            }

    def echo(self, table: str, rows: Iterable[TypedRow]) -> None:
        """Read these stored rows again too, unless the package says something about them itself."""
        self._echoes[table] = [row for row in rows if row.sourced_id not in self._spoken.get(table, {})]
        for row in self._echoes[table]:
            self.concerns.hear(table, row)

    def rows(self, table: str, issues: IssueBook) -> Iterator[Numbered]:
        """Line and row; those that are older than what is known are passed over."""
        for row in self._echoes.get(table, ()):
            yield ECHOED, row
        for line, each in self._said(table, issues):
            if self._is_older(table, each):
                self.older[table] += issues is self._issues
                issues.warn(table, "older_row", line=line, column=COLUMN, sourced_id=each.sourced_id)
            else:
                yield line, each

    def _said(self, table: str, issues: IssueBook) -> Iterator[Numbered]:
        yield from self.pending.again(table, issues)
        if self.has(table):
            yield from typed_rows(table, self._package, self.terms, issues)

    def _is_older(self, table: str, row: TypedRow | Removal) -> bool:
        known = self._changed[table].get(row.sourced_id) if table in self._changed else None
        return known is not None and row.modified is not None and row.modified < known

    def _as_the_rows_say(self, terms: Terms) -> Terms:
        """Rows win over the manifest (OneRoster 1.2 CSV, section 3): a file called delta of which no row says what became
        of it, or when, is a whole one. Still nobody is removed by being absent from it."""
        deltas = set()
        for file in self._manifest.deltas:
            if file not in self._package or carries_stamps(file, self._package, terms):
                deltas.add(file)
            else:
                self._issues.warn(file, "rows_say_bulk")
        return replace(terms, deltas=frozenset(deltas))

    def _prepare(self) -> None:
        """One reading ahead of files that say nothing by silence: what they name, and what no longer waits."""
        self.pending.give_up(self._issues)
        for table in TABLES:
            if self.has(table) and self._manifest.deletes(file_for(table, self.terms)):
                self.pending.forget(table)
                continue
            waiting = table in self.pending.tables()
            if self.has(table) and (self.is_lean or waiting or self.is_delta(table)):
                self._spoken[table] = self._read_ahead(table)
            if waiting or (self.has(table) and self.is_delta(table)):
                self._changed[table] = self.pending.yield_to(table, self._spoken.get(table, {}))
            for _line, row in self.pending.again(table, Unheard()):
                self.concerns.hear(table, row)

    def _read_ahead(self, table: str) -> Spoken:
        spoken: Spoken = {}
        book = IssueBook()
        for _line, row in typed_rows(table, self._package, self.terms, book):
            self.concerns.hear(table, row)
            spoken[row.sourced_id] = row.modified
            if isinstance(row, RoleRow) and not self._is_own_file(table):
                spoken[row.person] = row.modified
        self.concerns.hear_of(table, book.quarantined.get(table, ()))
        return spoken

    def _is_own_file(self, table: str) -> bool:
        return file_for(table, self.terms) == table
