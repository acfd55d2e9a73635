"""Reads a whole package, checks it and compares it with the registry. Writes nothing."""

import datetime as dt
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field

from registry.models import Source
from registry.sync.concerns import roles_of
from registry.sync.difference import TableDifference, table_difference
from registry.sync.echoes import classes_in, enrolments_in, schools_of
from registry.sync.guardians import LinkDifference, Links, stored_links
from registry.sync.incoming import Incoming
from registry.sync.issues import IssueBook, Unheard
from registry.sync.known import Known, known_records
from registry.sync.limits import refuse_bad_files
from registry.sync.manifest import Manifest
from registry.sync.memory import Memory
from registry.sync.oneroster_csv import Numbered, file_for
from registry.sync.org_rows import OrgRows
from registry.sync.orgs import OrgTree, moved, stored_outside
from registry.sync.package import Package
from registry.sync.records import Keys
from registry.sync.references import Dangling, Target
from registry.sync.rows import (
    OrgRow,
    Removal,
    RoleRow,
    TypedRow,
    digest_of,
    mark_of,
)
from registry.sync.scope import NotOurs, Scope
from registry.sync.spool import Spool
from registry.sync.tables import CLASSES, COURSES, ENROLMENTS, GUARDIAN_LINKS, ORGS, ROLES, SESSIONS, TABLES, USERS
from registry.sync.terms import Terms

Progress = Callable[[str, int], None]
PROGRESS_EVERY = 2000
# A package with more bad people than this is refused anyway; a query must stay small until then.
MOST_LOOKED_UP = 900


@dataclass(slots=True)
class Heard:
    """What one table's rows say: marks (rows.mark_of) of those that are there, and when those were removed that are not."""

    seen: dict[str, int] = field(default_factory=dict)
    removals: dict[str, dt.datetime | None] = field(default_factory=dict)
    newer: set[str] = field(default_factory=set)


class Survey:
    """What a package says and would change. After `make`, what differs is had again by `rows_to_write`, until `close`."""

    def __init__(
        self,
        package: Package,
        manifest: Manifest,
        source: Source,
        *,
        day: dt.date,
        issues: IssueBook,
        progress: Progress,
    ) -> None:
        self.package = package
        self.manifest = manifest
        self.source = source
        self.day = day
        self.issues = issues
        if manifest.version == "1.1":
            issues.read_from[ROLES] = USERS
        terms = Terms(
            version=manifest.version,
            end_date_inclusive=source.end_date_inclusive,
            family_name_first=source.family_name_first,
        )
        self.incoming = Incoming(package, manifest, source, terms, issues)
        self.terms = self.incoming.terms
        self.scope = Scope(source)
        self.differences: dict[str, TableDifference] = {}
        self.links = LinkDifference()
        self.orgs: dict[str, OrgRow] = {}
        self._progress = progress
        self._memory = Memory(source, self.scope, self.incoming, issues, day=day)
        self._resolver = self._memory.resolver
        self._spools = {table: Spool() for table in TABLES}

    def close(self) -> None:
        """Let go of the rows that are kept on disk."""
        for spool in self._spools.values():
            spool.close()

    def make(self) -> None:
        """Read everything once. Raises PackageRefused when the package may not be used."""
        for table in TABLES:
            self._prepare(table)
            self._read(table)
        self._memory.forget_repeats()
        refuse_bad_files(self.differences, self.issues, waiting=self.incoming.pending.counts())
        self._compare_links()

    def rows_to_write(self, table: str) -> Iterator[TypedRow]:
        """The rows that differ from the registry; each id once."""
        return (row for _digest, row in self.digested_rows_to_write(table))

    def digested_rows_to_write(self, table: str) -> Iterator[tuple[bytes, TypedRow]]:
        """The same, each behind its digest."""
        return self._spools[table].rows(self.differences[table].writes)

    def counts(self) -> dict[str, dict[str, int]]:
        """Figures of every table, and of the links."""
        return {table: difference.counts() for table, difference in self.differences.items()} | {
            GUARDIAN_LINKS: self.links.counts()
        }

    def keys(self) -> Keys:
        """Primary keys of what this run may write or refer to."""
        only = self.incoming.concerns.ids if self.incoming.is_lean else None
        return Keys(self.source, only=only, orgs=self.scope.orgs)

    @property
    def tree(self) -> OrgTree:
        """Where each org stands after this run."""
        return self._memory.tree

    @property
    def size(self) -> int:
        """How many records would read differently."""
        return sum(difference.size for difference in self.differences.values()) + self.links.size

    # -- One table ----------------------------------------------------------------------------------------------

    def _prepare(self, table: str) -> None:
        """What earlier tables changed decides what has to be looked up of this one."""
        concerns = self.incoming.concerns
        if table == COURSES and not self.manifest.deletes(CLASSES):
            sessions = self.differences[SESSIONS].changed | self.differences[SESSIONS].restored
            self.incoming.echo(CLASSES, classes_in(self.source, sessions))
        if table != USERS:
            return
        identifiers = concerns.identifiers if self.incoming.is_lean else None
        self._resolver.remember_owned(self.source, self.scope.owned_elsewhere(identifiers))
        if not self.manifest.deletes(ENROLMENTS):
            changed = self.differences[CLASSES].changed | self.differences[CLASSES].restored
            stored = schools_of(self.source, changed)
            elsewhere = {each for each, school in stored if self._resolver.class_schools.get(each) != school}
            self.incoming.echo(ENROLMENTS, enrolments_in(self.source, elsewhere))
        if self.incoming.is_lean:
            moved_orgs = moved(self.differences[ORGS], self.orgs, self.source, self.day)
            concerns.widen(moved_orgs, says_roles=file_for(ROLES, self.terms) == USERS)

    def _read(self, table: str) -> None:
        target = Target(table, self._known(table), scope=self.scope)
        if table == ORGS:
            target.outside = stored_outside(self.source, self.scope, self.day)
        self.incoming.expect(table, target.known)
        target.quarantined = self.issues.quarantined.setdefault(table, {})
        target.gone = target.known.deleted
        self._resolver.targets[table] = target
        heard = Heard()
        is_present = self.incoming.has(table)
        read = self._take_all(table, heard)
        difference = table_difference(
            heard.seen,
            target.known,
            removals=heard.removals,
            quarantined=target.quarantined,
            is_complete=is_present and self._is_complete(table, read),
            newer=heard.newer,
        )
        difference.read, difference.quarantined = read, self.issues.quarantined_rows[table]
        difference.older = self.incoming.older[table]
        self.differences[table] = difference
        target.seen = heard.seen.keys()
        # What the file says is deleted is known and may be referred to; what is merely missing may not.
        target.gone = (difference.removed - heard.removals.keys()) | target.known.deleted
        self._memory.remember(table, target, removed=difference.removed, said_orgs=self.orgs)
        if table in {ROLES, ENROLMENTS}:
            # Nothing refers to these two, and they are the longest: a province must fit.
            del self._resolver.targets[table]
        else:
            target.keep_ids_only()

    def _known(self, table: str) -> Known:
        ids = self.incoming.concerns.ids.get(table) if self.incoming.is_lean else None
        return known_records(TABLES[table], self.source, ids=ids, is_dated=self.incoming.is_dated(table))

    def _take_all(self, table: str, heard: Heard) -> int:
        good = 0
        known = self._resolver.targets[table].known
        spool = self._spools[table]
        for line, row in self._first_rows(table):
            good += 1
            if good % PROGRESS_EVERY == 0:
                self._progress(table, good)
            if isinstance(row, Removal):
                heard.removals[row.sourced_id] = row.modified
                continue
            digest = digest_of(row)
            mark = mark_of(digest)
            before = heard.seen.get(row.sourced_id)
            if before is None:
                heard.seen[row.sourced_id] = mark
                self._memory.hear(row, line)
                if (
                    row.modified
                    and self.incoming.is_dated(table)
                    and row.modified != known.modified.get(row.sourced_id)
                ):
                    heard.newer.add(row.sourced_id)
                if not known.stands(row.sourced_id, mark) or row.sourced_id in heard.newer:
                    spool.add(digest, row)
            elif before == mark:
                self.issues.warn(table, "duplicate_row", line=line, column="sourcedId", sourced_id=row.sourced_id)
            else:
                good -= 1
                self.issues.quarantine_twice(table, line, row.sourced_id)
        self._drop_quarantined(table, heard.seen)
        if table == ROLES and self.incoming.is_delta(table) and file_for(table, self.terms) == USERS:
            heard.removals |= self._roles_left_out(heard.seen)
        for sourced_id in heard.removals:
            # Where one row says gone and another not, gone is the careful reading.
            heard.seen.pop(sourced_id, None)
        return good + self.incoming.older[table] + self.issues.quarantined_rows[table]

    def _roles_left_out(self, seen: Container[str]) -> dict[str, dt.datetime | None]:
        """1.1: in a delta a user row still says all the roles of its person: those that it does not say are over."""
        users = self.differences[USERS]
        said = {*self._resolver.targets[USERS].seen, *users.removed} - self.issues.quarantined[USERS].keys()
        stored = roles_of(self.source, said)
        kept = self.issues.quarantined[ROLES]
        return {role: self.incoming.said_at(who) for role, who in stored if role not in seen and role not in kept}

    def _first_rows(self, table: str) -> Iterator[Numbered]:
        if table == ORGS:
            return self._vetted_orgs()
        if table == SESSIONS:
            # Sessions refer to sessions in any order: all ids must be known before the first is resolved.
            numbered = list(self.incoming.rows(table, self.issues))
            self._resolver.targets[table].seen = {row.sourced_id for _line, row in numbered}
            return self._resolve_all(table, numbered, self.issues)
        return self._resolved(table, self.issues)

    def _resolved(self, table: str, issues: IssueBook) -> Iterator[Numbered]:
        return self._resolve_all(table, self.incoming.rows(table, issues), issues)

    def _resolve_all(self, table: str, numbered: Iterable[Numbered], issues: IssueBook) -> Iterator[Numbered]:
        for line, row in numbered:
            if isinstance(row, Removal):
                yield line, row
                continue
            try:
                yield line, self._resolver.resolve(table, row, line=line, issues=issues)
            except NotOurs as refusal:
                issues.quarantine(
                    table, refusal.code, line=line, column=refusal.column, sourced_id=row.sourced_id, is_borne=True
                )
            except Dangling as dangling:
                if waits := self.incoming.may_wait(table, line):
                    self.incoming.pending.waits(table, line, row)
                issues.quarantine(
                    table,
                    "dangling_reference",
                    line=line,
                    column=dangling.column,
                    sourced_id=row.sourced_id,
                    root=dangling.root,
                    is_borne=waits,
                )

    def _vetted_orgs(self) -> Iterator[Numbered]:
        said = OrgRows(self.incoming, self.issues)
        target = self._resolver.targets[ORGS]
        is_whole = self.incoming.has(ORGS) and self._says_by_silence(ORGS)
        said.vet(target, self.scope, self.source, day=self.day, is_whole=is_whole)
        self.orgs = said.rows
        return said.numbered()

    def _drop_quarantined(self, table: str, seen: dict[str, int]) -> None:
        quarantined = self.issues.quarantined[table]
        if table == ROLES and file_for(table, self.terms) == USERS:
            for role, person in roles_of(
                self.source, list(self.issues.quarantined[USERS] | quarantined)[:MOST_LOOKED_UP]
            ):
                # A user row that was set aside held roles too, and so those of its person stay as they are.
                quarantined[role] = self.issues.quarantined[USERS].get(person) or quarantined[person]
        for sourced_id in quarantined:
            seen.pop(sourced_id, None)
        if table == USERS:
            self._memory.claims.forget(quarantined)
        if table == ROLES and quarantined:
            # A role that was heard first may have been set aside with its double later.
            again = (row for _line, row in self._resolved(ROLES, Unheard()) if row.sourced_id in seen)
            self._memory.claims.hold_again(row for row in again if isinstance(row, RoleRow))

    def _is_complete(self, table: str, read: int) -> bool:
        """Whether an absence from the table's file means that the record is gone."""
        if read == 0:
            self.issues.warn(table, "no_rows")
            return False
        return self._says_by_silence(table)

    def _says_by_silence(self, table: str) -> bool:
        file = file_for(table, self.terms)
        if self.issues.unreadable[table] or self.issues.unreadable[file]:
            self.issues.warn(table, "nothing_removed")
            return False
        return self.manifest.deletes(file)

    def _compare_links(self) -> None:
        people = self._resolver.targets[USERS]
        self._progress(GUARDIAN_LINKS, 0)
        users = self.differences[USERS]
        links = Links(
            claims=self._memory.claims,
            people=people,
            removed=users.removed,
            returning=users.restored,
            above=self.tree.above,
            issues=self.issues,
            is_delta=self.incoming.is_delta(USERS),
        )
        links.read()
        about = self.incoming.concerns.about if self.incoming.is_lean else None
        self.links = links.compare(stored_links(self.source, about), seen=people.seen)
