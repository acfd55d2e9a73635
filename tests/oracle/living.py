"""What counts today: roles, people, classes, enrolments (registry rules 5.2, "user live", "role live", "enrollment live")."""

import datetime as dt
from collections import defaultdict
from functools import cached_property

from tests.oracle.denies import Denies
from tests.oracle.tree import Tree, covers
from tests.oracle.world import Day, Enrolment, Role, World

STAFF = frozenset(
    [
        "aide",
        "counselor",
        "districtAdministrator",
        "principal",
        "proctor",
        "siteAdministrator",
        "systemAdministrator",
        "teacher",
    ]
)
GUARDIAN = frozenset({"guardian", "parent"})


class Living:
    """The facts in force on one day."""

    def __init__(self, world: World, day: dt.date, tree: Tree, denies: Denies) -> None:
        self._world = world
        self._day = day
        self._tree = tree
        self._denies = denies

    @cached_property
    def roles(self) -> dict[str, list[Role]]:
        """The live roles of each person who has one."""
        found: dict[str, list[Role]] = defaultdict(list)
        for role in self._world.roles.values():
            if self._is_live(role):
                found[role.person].append(role)
        return found

    def _is_live(self, role: Role) -> bool:
        person = self._world.people[role.person]
        return (
            not role.is_deleted
            and not person.is_deleted
            and person.is_enabled
            and self._runs(role.since, role.until, role.source)
            and self._is_told_in_time(role.since, role.source)
            and self._tree.exists(role.org)
            and not self._denies.of_person(role.person, role.org)
        )

    def _runs(self, since: Day, until: Day, source: str) -> bool:
        """Within its dates, as its source means them."""
        terms = self._world.sources[source]
        end = until + dt.timedelta(days=1) if until and terms.end_date_inclusive else until
        return covers(self._day, since, end)

    def _is_told_in_time(self, since: Day, source: str) -> bool:
        """What begins after a silent source's last word waits until the source is heard again."""
        last = self._world.sources[source].last_word
        return last is None or since is None or since <= last

    def holds(self, person: str, names: frozenset[str]) -> bool:
        """Whether the person has one of these roles anywhere today."""
        return any(role.role in names for role in self.roles.get(person, ()))

    def is_guardians(self, role: Role) -> bool:
        """Whether a role makes guardians: `relative` only where the source says so."""
        relatives = self._world.sources[role.source].relative_is_guardian
        return role.role in GUARDIAN or (role.role == "relative" and relatives)

    @cached_property
    def classes(self) -> set[str]:
        """Classes that run today, in schools that exist."""
        return {each for each in self._world.classes if self._is_there(each) and self._is_in_term(each)}

    def _is_there(self, school_class: str) -> bool:
        it = self._world.classes[school_class]
        return not it.is_deleted and self._tree.exists(it.school)

    def _is_in_term(self, school_class: str) -> bool:
        return self._runs(*self._days(school_class), self._world.classes[school_class].source)

    def _days(self, school_class: str) -> tuple[Day, Day]:
        terms = [self._world.terms[each] for each in self._world.classes[school_class].terms]
        return (
            min((term.since for term in terms if term.since), default=None),
            max((term.until for term in terms if term.until), default=None),
        )

    @cached_property
    def enrolments(self) -> dict[str, list[Enrolment]]:
        """The live enrolments of each class that has one."""
        found: dict[str, list[Enrolment]] = defaultdict(list)
        for enrolment in self._world.enrolments.values():
            if self._is_enrolled(enrolment):
                found[enrolment.school_class].append(enrolment)
        return found

    def _is_enrolled(self, it: Enrolment) -> bool:
        """Pupils are pupils by role, and everybody else in a class is on somebody's staff: an enrolment alone is nothing."""
        if it.is_deleted or not self._is_there(it.school_class):
            return False
        role = frozenset({"student"}) if it.role == "student" else STAFF
        school = self._world.classes[it.school_class].school
        return self._is_in_time(it) and self.holds(it.person, role) and not self._denies.of_person(it.person, school)

    def _is_in_time(self, it: Enrolment) -> bool:
        """Its own dates where it has any, else those of its class; neither may have begun unheard."""
        since, _until = self._days(it.school_class)
        if not (self._is_told_in_time(it.since, it.source) and self._is_told_in_time(since, it.source)):
            return False
        is_dated = it.since is not None or it.until is not None
        return self._runs(it.since, it.until, it.source) if is_dated else self._is_in_term(it.school_class)
