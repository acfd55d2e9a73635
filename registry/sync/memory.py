"""What later tables ask of earlier ones."""

import datetime as dt
from collections.abc import Collection

from registry.models import Source
from registry.sync.claims import Claims
from registry.sync.incoming import Incoming
from registry.sync.issues import IssueBook
from registry.sync.orgs import OrgTree, kept_parents, parent_on
from registry.sync.pending import WAITED
from registry.sync.references import Target
from registry.sync.repeats import Repeats
from registry.sync.resolving import Resolver
from registry.sync.rows import ClassRow, EnrolmentRow, OrgRow, PersonRow, RoleRow, SessionRow, TypedRow
from registry.sync.scope import Scope
from registry.sync.tables import CLASSES, ORGS, ROLES, SESSIONS, USERS


class Memory:
    """Facts of the rows that were heard, and of records that stay though the package does not carry them."""

    def __init__(self, source: Source, scope: Scope, incoming: Incoming, issues: IssueBook, *, day: dt.date) -> None:
        self.resolver = Resolver()
        self.claims = Claims(source, day)
        self.tree = OrgTree(day)
        self._repeats = Repeats(issues)
        self._source = source
        self._scope = scope
        self._incoming = incoming
        self._issues = issues
        self._day = day

    def forget_repeats(self) -> None:
        """Every row was heard: a mark for each of a province's enrolments is of no use any more."""
        self._repeats = Repeats(self._issues)

    def hear(self, row: TypedRow, line: int) -> None:
        """A row that was taken. `line` is where it stands, or WAITED for one that is not of this file."""
        is_of_file = line > WAITED
        if isinstance(row, EnrolmentRow):
            if is_of_file:
                self._repeats.enrolment(row, line)
        elif isinstance(row, RoleRow):
            self.claims.hold(row)
        elif isinstance(row, PersonRow):
            if is_of_file:
                self._repeats.person(row, line)
            self.claims.hear(row, line)
        elif isinstance(row, ClassRow):
            self.resolver.class_schools[row.sourced_id] = row.school
        elif isinstance(row, OrgRow):
            self.resolver.org_types[row.sourced_id] = row.type
            self.tree.place(row.sourced_id, parent_on(row, self._day))
        elif isinstance(row, SessionRow):
            self.resolver.session_days[row.sourced_id] = (row.begins_on, row.ends_on)

    def remember(self, table: str, target: Target, *, removed: set[str], said_orgs: Collection[str]) -> None:
        """What the registry holds of a table beside what was heard of it. `removed`: its records that end with this run."""
        is_lean = self._incoming.is_lean
        if table == ROLES and (is_lean or target.kept()):
            people = self._incoming.concerns.ids[USERS] if is_lean else None
            self.claims.hold_stored(said=target.seen, ended=removed, people=people)
        elif table == ORGS:
            self.resolver.remember_orgs(self._source)
            kept = kept_parents(self._source, self._day, without=said_orgs)
            for each, parent in (self._scope.parents | kept).items():
                self.tree.place(each, parent)
        elif table == SESSIONS:
            self.resolver.remember_sessions(self._source)
        elif table == CLASSES and (is_lean or target.kept()):
            classes = self._incoming.concerns.ids[CLASSES] if is_lean else None
            self.resolver.remember_classes(self._source, classes)
