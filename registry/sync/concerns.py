"""Which records a delta asks about: those that it names, so that a thousand rows do not load a province."""

from collections.abc import Iterable

from registry.models import GuardianLink, Role, Source
from registry.models.record import Status
from registry.sync.claims import STUDENT
from registry.sync.loading import in_chunks
from registry.sync.rows import ClassRow, EnrolmentRow, PersonRow, Removal, RoleRow, TypedRow
from registry.sync.tables import CLASSES, COURSES, ENROLMENTS, ROLES, USERS

# Sessions and orgs are few, and the tree must be whole: those are always loaded.
NAMED = frozenset({COURSES, CLASSES, USERS, ROLES, ENROLMENTS})


class Concerns:
    """`ids` are sourcedIds by table. `about` are the people whose guardian links may come out differently."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.ids: dict[str, set[str]] = {table: set() for table in NAMED}
        self.about: set[str] = set()
        self.identifiers: set[str] = set()

    def hear(self, table: str, row: TypedRow | Removal) -> None:
        """Take a row's own id and what it refers to into account."""
        if table in NAMED:
            self.ids[table].add(row.sourced_id)
        if isinstance(row, ClassRow):
            self.ids[COURSES].add(row.course)
        elif isinstance(row, PersonRow):
            self.ids[USERS].update(row.agents)
            self.identifiers.add(row.identifier)
        elif isinstance(row, RoleRow):
            self.ids[USERS].add(row.person)
            self.about.add(row.person)
        elif isinstance(row, EnrolmentRow):
            self.ids[USERS].add(row.person)
            self.ids[CLASSES].add(row.school_class)
        if table == USERS:
            self.about.add(row.sourced_id)

    def hear_of(self, table: str, sourced_ids: Iterable[str]) -> None:
        """Take rows into account of which nothing but the id can be read."""
        if table in NAMED:
            self.ids[table].update(sourced_ids)

    def widen(self, moved_orgs: Iterable[str], *, says_roles: bool) -> None:
        """Everybody whose links may come out differently, once all rows are heard. `says_roles`: a user row says roles."""
        if says_roles:
            self._add_roles_of_people()
        self._add_people_of_roles()
        self._add_students_under(moved_orgs)
        self._add_families()

    def _add_roles_of_people(self) -> None:
        """1.1: a user row says all the roles of its person, and so speaks about those it leaves out."""
        self.ids[ROLES] |= {role for role, _person in roles_of(self._source, self.about)}

    def _add_people_of_roles(self) -> None:
        """Those who hold the roles that are spoken about, whoever holds them afterwards."""
        for chunk in in_chunks(self.ids[ROLES]):
            roles = Role.objects.filter(source=self._source, sourced_id__in=chunk)
            self.about.update(roles.values_list("person__sourced_id", flat=True))

    def _add_students_under(self, orgs: Iterable[str]) -> None:
        """The students in these orgs and below: when a school moves, another guardian's role may reach it."""
        for chunk in in_chunks(orgs):
            students = Role.objects.filter(
                source=self._source, role=STUDENT, status=Status.ACTIVE,
                org__above__ancestor__source=self._source, org__above__ancestor__sourced_id__in=chunk,
            )  # fmt: skip
            self.about.update(students.values_list("person__sourced_id", flat=True))

    def _add_families(self) -> None:
        """Those at the other end of a stored link of somebody whom this is about."""
        self.ids[USERS] |= self.about
        for side, other in (("guardian", "student"), ("student", "guardian")):
            for chunk in in_chunks(self.about):
                links = GuardianLink.objects.filter(source=self._source, **{f"{side}__sourced_id__in": chunk})
                self.ids[USERS].update(links.values_list(f"{other}__sourced_id", flat=True))


def roles_of(source: Source, people: Iterable[str]) -> Iterable[tuple[str, str]]:
    """The live roles of these people: (role, person) by sourcedId."""
    for chunk in in_chunks(people):
        roles = Role.objects.filter(source=source, status=Status.ACTIVE, person__sourced_id__in=chunk)
        yield from roles.values_list("sourced_id", "person__sourced_id")
