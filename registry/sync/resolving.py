"""Resolves what rows refer to, and completes them with what only the referred-to rows know."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from registry.models import AcademicSession, Org, Person, SchoolClass, Source
from registry.sync.echoes import schools_of
from registry.sync.issues import IssueBook
from registry.sync.known import parts
from registry.sync.references import Dangling, Target, require
from registry.sync.rows import ClassRow, CourseRow, EnrolmentRow, PersonRow, RoleRow, SessionRow, TypedRow
from registry.sync.scope import OWNED, NotOurs
from registry.sync.tables import CLASSES, COURSES, ENROLMENTS, ORGS, ROLES, SESSIONS, USERS
from registry.sync.vocabulary import administrator_at


@dataclass(slots=True)
class Resolver:
    """Knows the tables already read. `resolve` gives a row as it will stand, or raises Dangling."""

    targets: dict[str, Target] = field(default_factory=dict)
    session_days: dict[str, tuple[dt.date, dt.date]] = field(default_factory=dict)
    org_types: dict[str, str] = field(default_factory=dict)
    class_schools: dict[str, str] = field(default_factory=dict)
    # Identifiers of other sources' people, and which people of this source had one of these before.
    owned: set[str] = field(default_factory=set)
    held: set[tuple[str, str]] = field(default_factory=set)

    def resolve(self, table: str, row: TypedRow, *, line: int, issues: IssueBook) -> TypedRow:
        """The row with its references checked and its derived columns filled."""
        return _RESOLVE[table](self, row, line, issues) if table in _RESOLVE else row

    def place(self, reference: str) -> str:
        """The org that a reference means: an own one, or another source's in scope, which some name by its identifier."""
        target = self.targets[ORGS]
        return reference if target.scope is None or target.holds(reference) else target.scope.org(reference)

    def remember_owned(self, source: Source, owned: set[str]) -> None:
        """Whose identity is another source's, and who stands here under it already."""
        self.owned = owned - {""}
        for found in parts(Person.objects.filter(source=source), self.owned, by="identifier"):
            self.held.update(found.values_list("sourced_id", "identifier"))

    def remember_sessions(self, source: Source) -> None:
        """Days of sessions that only the registry has."""
        sessions = AcademicSession.objects.filter(source=source)
        for each, begins, ends in sessions.values_list("sourced_id", "begins_on", "ends_on"):
            self.session_days.setdefault(each, (begins, ends))

    def remember_orgs(self, source: Source) -> None:
        """Types of orgs that only the registry has, and of other sources' orgs in scope."""
        if scope := self.targets[ORGS].scope:
            self.org_types.update((each, kind) for each, kind in scope.types.items() if each not in self.org_types)
        for each, org_type in Org.objects.filter(source=source).values_list("sourced_id", "type"):
            self.org_types.setdefault(each, org_type)

    def remember_classes(self, source: Source, classes: Collection[str] | None = None) -> None:
        """Schools of classes that only the registry has: of all, or of these."""
        everything = SchoolClass.objects.filter(source=source).values_list("sourced_id", "school__sourced_id")
        for each, school in everything if classes is None else schools_of(source, classes):
            self.class_schools.setdefault(each, school)

    def session(self, row: SessionRow, line: int, issues: IssueBook) -> SessionRow:
        """A session stands without its parent: nothing follows from the parent but the way it is shown."""
        if row.parent and not self.targets[SESSIONS].holds(row.parent):
            issues.warn(SESSIONS, "dangling_reference", line=line, column="parentSourcedId", sourced_id=row.sourced_id)
            return row._replace(parent="")
        return row

    def person(self, row: PersonRow, _line: int, _issues: IssueBook) -> PersonRow:
        """A person whom another source knows by this identifier is that source's, unless this one had them before."""
        if row.identifier in self.owned and (row.sourced_id, row.identifier) not in self.held:
            raise NotOurs(OWNED, "identifier")
        return row

    def course(self, row: CourseRow, _line: int, issues: IssueBook) -> CourseRow:
        """A course needs its org."""
        org = self.place(row.org)
        require(self.targets[ORGS], org, "orgSourcedId", issues)
        return row._replace(org=org)

    def school_class(self, row: ClassRow, line: int, issues: IssueBook) -> ClassRow:
        """A class needs its school and the sessions that say when it ends; it stands without its course."""
        school = self.place(row.school)
        require(self.targets[ORGS], school, "schoolSourcedId", issues)
        course = row.course
        if course and not self.targets[COURSES].holds(course):
            issues.warn(CLASSES, "dangling_reference", line=line, column="courseSourcedId", sourced_id=row.sourced_id)
            course = ""
        sessions = self._sessions_of(row, line, issues)
        days = [self.session_days[each] for each in sessions]
        return row._replace(
            school=school,
            course=course,
            sessions=sessions,
            begins_on=min((begin for begin, _end in days), default=None),
            ends_on=max((end for _begin, end in days), default=None),
        )

    def _sessions_of(self, row: ClassRow, line: int, issues: IssueBook) -> tuple[str, ...]:
        target = self.targets[SESSIONS]
        if not row.sessions:
            issues.warn(CLASSES, "class_without_session", line=line, column="termSourcedIds", sourced_id=row.sourced_id)
        found = tuple(each for each in row.sessions if target.holds(each))
        if row.sessions and not found:
            # Without any of its sessions the class would never end: who was in it would stay in it for ever.
            raise Dangling("termSourcedIds", target.cause_of_absence(row.sessions[0], issues))
        if len(found) < len(row.sessions):
            issues.warn(CLASSES, "dangling_reference", line=line, column="termSourcedIds", sourced_id=row.sourced_id)
        return found

    def role(self, row: RoleRow, _line: int, issues: IssueBook) -> RoleRow:
        """A role needs its person and its org."""
        org = self.place(row.org)
        require(self.targets[USERS], row.person, "userSourcedId", issues)
        require(self.targets[ORGS], org, "orgSourcedId", issues)
        role = administrator_at(self.org_types[org]) if row.role == "administrator" else row.role
        return row._replace(org=org, role=role)

    def enrolment(self, row: EnrolmentRow, line: int, issues: IssueBook) -> EnrolmentRow:
        """An enrolment needs its class and its person; its school is the class's, whatever it says itself."""
        require(self.targets[CLASSES], row.school_class, "classSourcedId", issues)
        require(self.targets[USERS], row.person, "userSourcedId", issues)
        school = self.class_schools[row.school_class]
        if self.place(row.school) not in {"", school}:
            issues.warn(ENROLMENTS, "school_differs", line=line, column="schoolSourcedId", sourced_id=row.sourced_id)
        return row._replace(school=school)


_RESOLVE: Mapping[str, Callable[..., TypedRow]] = {
    SESSIONS: Resolver.session,
    USERS: Resolver.person,
    COURSES: Resolver.course,
    CLASSES: Resolver.school_class,
    ROLES: Resolver.role,
    ENROLMENTS: Resolver.enrolment,
}
