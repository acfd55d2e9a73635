"""Reads a whole package, checks it and compares it with the registry. Writes nothing."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from registry.models import Role, Source
from registry.sync.claims import Claims
from registry.sync.difference import TableDifference, table_difference
from registry.sync.guardians import LinkDifference, Links, stored_links
from registry.sync.issues import Issue, IssueBook, Unheard
from registry.sync.known import known_records
from registry.sync.limits import refuse_bad_files
from registry.sync.manifest import Manifest
from registry.sync.oneroster_csv import Numbered, file_for, typed_rows
from registry.sync.orgs import OrgTree, kept_parents, parent_on, vet_orgs
from registry.sync.package import Package
from registry.sync.references import Dangling, Target
from registry.sync.repeats import Repeats
from registry.sync.resolving import Resolver
from registry.sync.rows import (
    ClassRow,
    EnrolmentRow,
    OrgRow,
    PersonRow,
    Removal,
    RoleRow,
    SessionRow,
    TypedRow,
    digest_of,
)
from registry.sync.tables import CLASSES, ENROLMENTS, GUARDIAN_LINKS, ORGS, ROLES, SESSIONS, TABLES, USERS
from registry.sync.terms import Terms

Progress = Callable[[str, int], None]
PROGRESS_EVERY = 2000

# A package with more bad people than this is refused anyway; a query must stay small until then.
MOST_LOOKED_UP = 900


class Survey:
    """What a package says and would change. After `make`, rows can be read again by `rows_to_write`."""

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
        self.terms = Terms(
            version=manifest.version,
            end_date_inclusive=source.end_date_inclusive,
            family_name_first=source.family_name_first,
        )
        self.issues = issues
        self.differences: dict[str, TableDifference] = {}
        self.links = LinkDifference()
        self.orgs: dict[str, OrgRow] = {}
        self.tree = OrgTree(day)
        self._progress = progress
        self._resolver = Resolver()
        self._claims = Claims(source, day)
        self._repeats = Repeats(issues)

    def make(self) -> None:
        """Read everything once. Raises PackageRefused when the package may not be used."""
        if self.terms.version == "1.1":
            self.issues.read_from[ROLES] = USERS
        for table in TABLES:
            self._read(table)
        refuse_bad_files(self.differences, self.issues)
        self._compare_links()

    def rows_to_write(self, table: str) -> Iterator[TypedRow]:
        """The rows that differ from the registry, read and resolved anew; each id once."""
        waiting = set(self.differences[table].writes)
        if not waiting:
            return
        for _line, row in self._resolved(table, Unheard()):
            if row.sourced_id in waiting and not isinstance(row, Removal):
                waiting.discard(row.sourced_id)
                yield row

    def counts(self) -> dict[str, dict[str, int]]:
        """Figures of every table, and of the links."""
        return {table: difference.counts() for table, difference in self.differences.items()} | {
            GUARDIAN_LINKS: self.links.counts()
        }

    @property
    def size(self) -> int:
        """How many records would read differently."""
        return sum(difference.size for difference in self.differences.values()) + self.links.size

    # -- One table ----------------------------------------------------------------------------------------------

    def _read(self, table: str) -> None:
        target = Target(table, known_records(TABLES[table], self.source))
        target.quarantined = self.issues.quarantined.setdefault(table, {})
        target.gone = target.known.deleted
        self._resolver.targets[table] = target
        seen: dict[str, bytes] = {}
        removals: set[str] = set()
        is_present = file_for(table, self.terms) in self.package
        read = self._take_all(table, seen, removals) if is_present else 0
        difference = table_difference(
            seen,
            target.known,
            removals=removals,
            quarantined=target.quarantined,
            is_complete=is_present and self._is_complete(table, read),
        )
        difference.read, difference.quarantined = read, self.issues.quarantined_rows[table]
        self.differences[table] = difference
        target.seen = seen.keys()
        # What the file says is deleted is known and may be referred to; what is merely missing may not.
        target.gone = (difference.removed - removals) | target.known.deleted
        self._remember(table, target)
        if table in {ROLES, ENROLMENTS}:
            # Nothing refers to these two, and they are the longest: a province must fit.
            del self._resolver.targets[table]
        else:
            target.keep_ids_only()

    def _take_all(self, table: str, seen: dict[str, bytes], removals: set[str]) -> int:
        good = 0
        for line, row in self._first_rows(table):
            good += 1
            if good % PROGRESS_EVERY == 0:
                self._progress(table, good)
            if isinstance(row, Removal):
                removals.add(row.sourced_id)
                continue
            digest = digest_of(row)
            before = seen.setdefault(row.sourced_id, digest)
            if before is digest:
                self._hear(row, line)
            elif before == digest:
                self.issues.warn(table, "duplicate_row", line=line, column="sourcedId", sourced_id=row.sourced_id)
            else:
                good -= 1
                self._quarantine_twice(table, line, row.sourced_id)
        self._drop_quarantined(table, seen)
        for sourced_id in removals:
            # Where one row says gone and another not, gone is the careful reading.
            seen.pop(sourced_id, None)
        return good + self.issues.quarantined_rows[table]

    def _first_rows(self, table: str) -> Iterator[Numbered]:
        if table == ORGS:
            return self._vetted_orgs()
        if table == SESSIONS:
            # Sessions refer to sessions in any order: all ids must be known before the first is resolved.
            numbered = list(typed_rows(table, self.package, self.terms, self.issues))
            self._resolver.targets[table].seen = {row.sourced_id for _line, row in numbered}
            return self._resolve_all(table, numbered, self.issues)
        return self._resolved(table, self.issues)

    def _resolved(self, table: str, issues: IssueBook) -> Iterator[Numbered]:
        return self._resolve_all(table, typed_rows(table, self.package, self.terms, issues), issues)

    def _resolve_all(self, table: str, numbered: Iterable[Numbered], issues: IssueBook) -> Iterator[Numbered]:
        for line, row in numbered:
            if isinstance(row, Removal):
                yield line, row
                continue
            try:
                yield line, self._resolver.resolve(table, row, line=line, issues=issues)
            except Dangling as dangling:
                issues.quarantine(
                    table,
                    "dangling_reference",
                    line=line,
                    column=dangling.column,
                    sourced_id=row.sourced_id,
                    root=dangling.root,
                )

    def _vetted_orgs(self) -> Iterator[Numbered]:
        """Orgs are few and refer to each other: the whole tree is checked before anything refers to it."""
        lines: dict[str, int] = {}
        removals: list[Numbered] = []
        twice: set[str] = set()
        for line, row in typed_rows(ORGS, self.package, self.terms, self.issues):
            if not isinstance(row, OrgRow):
                removals.append((line, row))
            elif row != self.orgs.setdefault(row.sourced_id, row):
                twice.add(row.sourced_id)
                self._quarantine_twice(ORGS, line, row.sourced_id)
            elif lines.setdefault(row.sourced_id, line) != line:
                self.issues.warn(ORGS, "duplicate_row", line=line, column="sourcedId", sourced_id=row.sourced_id)
        target = self._resolver.targets[ORGS]
        for sourced_id in (*twice, *target.quarantined):
            self.orgs.pop(sourced_id, None)
        target.seen = self.orgs
        if self._says_by_silence(ORGS):
            target.gone = target.known.deleted | (
                {*target.known.live()} - {*self.orgs, *target.quarantined} - {row.sourced_id for _line, row in removals}
            )
        vet_orgs(self.orgs, lines, target=target, source=self.source, day=self.day, issues=self.issues)
        yield from removals
        for sourced_id, row in self.orgs.items():
            yield lines[sourced_id], row

    def _quarantine_twice(self, table: str, line: int, sourced_id: str) -> None:
        self.issues.quarantine(table, "duplicate_sourced_id", line=line, column="sourcedId", sourced_id=sourced_id)

    def _drop_quarantined(self, table: str, seen: dict[str, bytes]) -> None:
        quarantined = self.issues.quarantined[table]
        if table == ROLES and file_for(table, self.terms) == USERS:
            self._set_aside_roles_of_people(quarantined)
        for sourced_id in quarantined:
            seen.pop(sourced_id, None)
        if table == USERS:
            self._claims.forget(quarantined)
        if table == ROLES and quarantined:
            # A role that was heard first may have been set aside with its double later.
            again = (row for _line, row in self._resolved(ROLES, Unheard()) if row.sourced_id in seen)
            self._claims.hold_again(row for row in again if isinstance(row, RoleRow))

    def _set_aside_roles_of_people(self, quarantined: dict[str, Issue]) -> None:
        """1.1: a user row that was set aside held roles too, and so those of its person stay as they are."""
        by_person = self.issues.quarantined[USERS] | quarantined
        roles = Role.objects.filter(source=self.source, person__sourced_id__in=list(by_person)[:MOST_LOOKED_UP])
        for sourced_id, person in roles.values_list("sourced_id", "person__sourced_id"):
            quarantined[sourced_id] = by_person[person]

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

    # -- What later tables need of earlier ones -------------------------------------------------------------------

    def _hear(self, row: TypedRow, line: int) -> None:
        if isinstance(row, EnrolmentRow):
            self._repeats.enrolment(row, line)
        elif isinstance(row, RoleRow):
            self._claims.hold(row)
        elif isinstance(row, PersonRow):
            self._repeats.person(row, line)
            self._claims.hear(row, line)
        elif isinstance(row, ClassRow):
            self._resolver.class_schools[row.sourced_id] = row.school
        elif isinstance(row, OrgRow):
            self._resolver.org_types[row.sourced_id] = row.type
            self.tree.place(row.sourced_id, parent_on(row, self.day))
        elif isinstance(row, SessionRow):
            self._resolver.session_days[row.sourced_id] = (row.begins_on, row.ends_on)

    def _remember(self, table: str, target: Target) -> None:
        """What later tables ask of records that stay in the registry though this package does not carry them."""
        if not (kept := target.kept()):
            return
        if table == ROLES:
            self._claims.hold_stored(kept)
        elif table == ORGS:
            self._resolver.remember_orgs(self.source)
            for each, parent in kept_parents(self.source, self.day, without=self.orgs).items():
                self.tree.place(each, parent)
        elif table == SESSIONS:
            self._resolver.remember_sessions(self.source)
        elif table == CLASSES:
            self._resolver.remember_classes(self.source)

    def _compare_links(self) -> None:
        people = self._resolver.targets[USERS]
        self._progress(GUARDIAN_LINKS, 0)
        links = Links(standing=self._claims.standing, people=people, above=self.tree.above, issues=self.issues)
        links.read(self._claims)
        self.links = links.compare(stored_links(self.source), seen=people.seen)
