"""Who sits where. Each function gives the seats of one room by person; who has two sits in the stronger one."""

from collections.abc import Iterable
from itertools import chain

from tests.oracle.denies import Denies
from tests.oracle.guardians import Guardians
from tests.oracle.living import STAFF, Living
from tests.oracle.tree import Tree
from tests.oracle.world import Room, World

# Who speaks for an org: heads, clerks and officers. Whoever runs the registry does not, and reads no room (SECURITY.md).
SENDING = frozenset({"principal", "siteAdministrator", "districtAdministrator"})
TALKING = STAFF - {"systemAdministrator"}
# Of a unit below, its head: not its clerk (decision 32).
HEADS = frozenset({"principal", "districtAdministrator"})
OFFICE = frozenset({"principal", "siteAdministrator"})
OBSERVERS = frozenset({"administrator", "proctor"})
YOUNGEST_GRADE = 6

Seats = dict[str, str]


class Seating:
    """The seats of one day."""

    def __init__(self, world: World, tree: Tree, living: Living, denies: Denies, guardians: Guardians) -> None:
        self._world = world
        self._tree = tree
        self._living = living
        self._denies = denies
        self._guardians = guardians

    def standing(self) -> set[Room]:
        """The rooms of classes and orgs that ought to be open."""
        classes = {Room(kind, each) for each in self._roomed() for kind in ("class", "guardians")}
        orgs = {
            Room(kind, org) for org in self._world.orgs if self._tree.exists(org) for kind in ("staff", "community")
        }
        return classes | orgs

    def _roomed(self) -> set[str]:
        """Homeroom classes; where a school has none, the classes that it has (decision 25)."""
        running = {each: self._world.classes[each] for each in self._living.classes}
        with_homerooms = {it.school for it in running.values() if it.is_homeroom}
        return {each for each, it in running.items() if it.is_homeroom or it.school not in with_homerooms}

    def seats(self, room: Room) -> Seats:
        """Everybody's seat in a room that stands; a conversation stands while anybody has a seat in it."""
        by_kind = {
            "class": self.class_room,
            "guardians": self.guardians_room,
            "staff": self.staff_room,
            "community": self.community_room,
            "thread": self.thread,
        }
        return by_kind[room.kind](room.of)

    def class_room(self, school_class: str) -> Seats:
        """Teachers, observers, and pupils old enough for an account (decision 28); no pupil alone with one adult."""
        pupils = [
            person for person in self._enrolled(school_class, {"student"}) if self._is_of_age(person, school_class)
        ]
        seats = _strongest(
            teacher=self._enrolled(school_class, {"teacher"}),
            observer=self._enrolled(school_class, OBSERVERS),
            pupil=pupils,
        )
        return self._no_adult_alone_with_a_pupil(seats)

    def _enrolled(self, school_class: str, roles: Iterable[str]) -> list[str]:
        wanted = set(roles)
        return [it.person for it in self._living.enrolments.get(school_class, ()) if it.role in wanted]

    def _is_of_age(self, person: str, school_class: str) -> bool:
        """From grade 6, and adult learners (decision 28)."""
        grade = self._world.people[person].grade
        school = self._world.orgs[self._world.classes[school_class].school]
        return school.level == "gdtx" or (grade.isdigit() and YOUNGEST_GRADE <= int(grade) <= 13)

    def _no_adult_alone_with_a_pupil(self, seats: Seats) -> Seats:
        """Decision 22. Two humans, one of them a pupil: the pupil has no seat."""
        humans = {frozenset(self._denies.records(person)) for person in seats}
        pupils = {frozenset(self._denies.records(person)) for person, seat in seats.items() if seat == "pupil"}
        if len(humans) == 2 and len(pupils) == 1:
            return {person: seat for person, seat in seats.items() if seat != "pupil"}
        return seats

    def guardians_room(self, school_class: str) -> Seats:
        """The class's teachers and the guardians of its pupils of any age; observers read; no pupils."""
        pupils = self._enrolled(school_class, {"student"})
        return _strongest(
            teacher=self._enrolled(school_class, {"teacher"}),
            guardian=chain.from_iterable(self._guardians.of.get(pupil, ()) for pupil in pupils),
            observer=self._enrolled(school_class, OBSERVERS),
        )

    def staff_room(self, org: str) -> Seats:
        """Its staff, those who speak for it first, and the heads of the units directly below (decision 32)."""
        below = {each for each in self._world.orgs if org in self._tree.parents(each) and each != org}
        return _strongest(
            head=self._with_role(SENDING, {org}),
            staff=self._with_role(TALKING, {org}),
            unit_head=self._with_role(HEADS, below),
        )

    def _with_role(self, names: frozenset[str], orgs: set[str]) -> list[str]:
        return [
            person
            for person, roles in self._living.roles.items()
            if any(role.role in names and role.org in orgs for role in roles)
        ]

    def community_room(self, org: str) -> Seats:
        """Whoever may send notices to the org, and everybody in its subtree (decision 32)."""
        inside = {each for each in self._world.orgs if self._tree.is_at_or_above(org, each)}
        guardians = [
            person
            for person, roles in self._living.roles.items()
            if any(self._living.is_guardians(role) and role.org in inside for role in roles)
        ]
        return _strongest(
            sender=self._with_role(SENDING, self._tree.up[org]),
            staff=self._with_role(TALKING, inside),
            guardian=guardians,
            pupil=self._with_role(frozenset({"student"}), inside),
        )

    def thread(self, of: str) -> Seats:
        """One guardian, and the child's teacher or its school's office (decision 24). Both sides fall together."""
        student, guardian, teacher, org = of.split("|")
        if guardian not in self._guardians.of.get(student, ()):
            return {}
        if teacher:
            is_kin = self._guardians.is_kin(teacher, student)
            return (
                _strongest(guardian=[guardian], teacher=[teacher])
                if self._teaches(teacher, student) and not is_kin
                else {}
            )
        if not any(role.role == "student" and role.org == org for role in self._living.roles.get(student, ())):
            return {}
        office = [one for one in self._with_role(OFFICE, {org}) if not self._guardians.is_kin(one, student)]
        return _strongest(guardian=[guardian], office=office)

    def _teaches(self, teacher: str, student: str) -> bool:
        """In a class of either type, both enrolled there today."""
        return any(
            any(it.person == teacher and it.role == "teacher" for it in enrolments)
            and any(it.person == student and it.role == "student" for it in enrolments)
            for enrolments in self._living.enrolments.values()
        )

    def keepers(self, org: str) -> set[str]:
        """Who reads what was said in an org that has ended: who speaks today for the org that answers for it."""
        heirs = {heir for heir in self._tree.heirs(org) if not self._world.orgs[heir].is_deleted}
        return {person for heir in heirs for person in self._with_role(SENDING, self._tree.up[heir])}


def _strongest(**seats: Iterable[str]) -> Seats:
    """Seats in order of strength, each person in the first that is theirs."""
    found: Seats = {}
    for seat, people in seats.items():
        for person in people:
            found.setdefault(person, seat)
    return found
