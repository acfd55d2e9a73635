"""Who would have a notice, worked out a second time: slowly, person by person, in plain Python, from all rows of the
registry and with none of the server's SQL. What is live and who is whose guardian comes from tests/oracle."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from broadcasts.models import Acknowledgement, Broadcast
from broadcasts.selection import Selection
from registry.models import (
    Account,
    Enrolment,
    GuardianLink,
    LocalOverride,
    Org,
    OrgParent,
    Person,
    PersonLink,
    Role,
    SchoolClass,
    Source,
)
from tests import oracle
from tests.oracle.denies import Denies
from tests.oracle.guardians import Guardians
from tests.oracle.living import Living
from tests.oracle.tree import Tree

STAFF = {
    "aide", "counselor", "districtAdministrator", "principal", "proctor", "siteAdministrator", "systemAdministrator",
}  # fmt: skip
OF_COMBINED = {"th_thcs": ("tieu_hoc", "thcs"), "thcs_thpt": ("thcs", "thpt")}
GRADES = {"tieu_hoc": {1, 2, 3, 4, 5}, "thcs": {6, 7, 8, 9}, "thpt": {10, 11, 12}}
HELPS = {"administrator", "proctor"}
# Why somebody has it: (person, child or None).
Reason = tuple[int, int | None]


@dataclass(frozen=True)
class Expected:
    """For each role, the reasons; the author is left out already."""

    by_role: dict[str, set[Reason]]

    @property
    def reasons(self) -> set[Reason]:
        """All of them."""
        return set().union(*self.by_role.values())

    @property
    def people(self) -> set[int]:
        """Everybody once."""
        return {person for person, _child in self.reasons}


class Reading:
    """The registry as it is now, read once."""

    def __init__(self) -> None:
        world, day = world_of_registry(), timezone.localdate()
        self.world = world
        self.tree = Tree(world, day)
        denies = Denies(world, day, self.tree)
        self.living = Living(world, day, self.tree, denies)
        self.guardians = Guardians(world, self.living, denies, self.tree)
        self.owing: dict[int, set[Reason]] = {}
        self.class_grades = {str(pk): grade for pk, grade in SchoolClass.objects.values_list("pk", "grade")}
        self.languages = dict(Account.objects.exclude(person=None).values_list("person", "language"))

    def expected(self, selection: Selection, roles: list[str], author: Person) -> Expected:
        """Who would have a notice of this author to this selection in these roles."""
        by_role = {role: set(self._in_role(selection, role)) for role in roles}
        kept = {role: {one for one in found if self._is_left(selection, one)} for role, found in by_role.items()}
        return Expected({role: found - {(author.pk, None)} for role, found in kept.items()})

    def _in_role(self, selection: Selection, role: str) -> Iterator[Reason]:
        match role:
            case "guardians":
                for pupil in self._pupils(selection):
                    yield from ((int(guardian), pupil) for guardian in self.guardians.of.get(str(pupil), ()))
            case "students":
                yield from ((pupil, None) for pupil, is_of_age in self._pupils(selection).items() if is_of_age)
            case _:
                yield from ((person, None) for person in self._colleagues(selection, teaches=role == "teachers"))

    # -- Pupils ----------------------------------------------------------------------------------------------------

    def _pupils(self, selection: Selection) -> dict[int, bool]:
        """Each pupil that is meant, and whether they may have an account (decision 28)."""
        in_classes = self._enrolled(selection, {"student"}, set(selection.classes))
        chosen: dict[int, bool] = {}
        for person, place in self._pupil_places(selection):
            written = self.world.people[person].grade
            if (
                self._has_level(selection, place, written)
                and (not selection.grades or _number(written) in selection.grades)
                and (not selection.classes or person in in_classes)
            ):
                is_of_age = self.world.orgs[place].level == "gdtx" or (_number(written, most=13) or 0) >= 6
                chosen[int(person)] = chosen.get(int(person), False) or is_of_age
        return chosen

    def _pupil_places(self, selection: Selection) -> Iterator[tuple[str, str]]:
        if selection.school_class:
            yield from self._in_the_class(selection, {"student"})
        else:
            yield from self._in_the_org(selection, {"student"})

    # -- Teachers and the others -----------------------------------------------------------------------------------

    def _colleagues(self, selection: Selection, *, teaches: bool) -> set[int]:
        in_class = {"teacher"} if teaches else HELPS
        if selection.school_class:
            places = self._in_the_class(selection, in_class)
        else:
            places = self._in_the_org(selection, {"teacher"} if teaches else STAFF)
        enrolled = self._enrolled(selection, in_class, self._classes(selection))
        is_by_class = bool(selection.grades or selection.classes)
        return {
            int(person)
            for person, place in places
            if self._has_level(selection, place) and (not is_by_class or person in enrolled)
        }

    def _classes(self, selection: Selection) -> set[int]:
        """The classes that are all that was chosen."""
        return {
            int(name)
            for name, it in self.world.classes.items()
            if self._has_level(selection, it.school, self.class_grades[name])
            and (not selection.grades or _number(self.class_grades[name]) in selection.grades)
            and (not selection.classes or int(name) in selection.classes)
        }

    # -- What both share -------------------------------------------------------------------------------------------

    def _in_the_class(self, selection: Selection, roles: set[str]) -> Iterator[tuple[str, str]]:
        name = str(selection.school_class)
        for enrolment in self.living.enrolments.get(name, ()):
            if enrolment.role in roles:
                yield enrolment.person, self.world.classes[name].school

    def _in_the_org(self, selection: Selection, roles: set[str]) -> Iterator[tuple[str, str]]:
        for person, held in self.living.roles.items():
            for role in held:
                if role.role in roles and self.tree.is_at_or_above(str(selection.org), role.org):
                    yield person, role.org

    def _enrolled(self, selection: Selection, roles: set[str], classes: set[int]) -> set[str]:
        """Who is enrolled so in one of these classes, as far as it is one of the audience."""
        found = set()
        for name in map(str, classes):
            it = self.world.classes.get(name)
            is_there = it is not None and (
                name == str(selection.school_class)
                or (selection.org is not None and self.tree.is_at_or_above(str(selection.org), it.school))
            )
            if is_there:
                found |= {one.person for one in self.living.enrolments.get(name, ()) if one.role in roles}
        return found

    def _has_level(self, selection: Selection, place: str, grade: str = "") -> bool:
        if not selection.levels:
            return True
        schools = [self.world.orgs[org].level for org in self.tree.up[place] if self.world.orgs[org].type == "school"]
        return any(_is_of(level, set(selection.levels), _number(grade)) for level in schools)

    def _is_left(self, selection: Selection, reason: Reason) -> bool:
        if selection.languages and self.languages.get(reason[0], "vi") not in selection.languages:
            return False
        return selection.unacknowledged is None or reason in self._owing(selection.unacknowledged)

    def _owing(self, broadcast: int) -> set[Reason]:
        if broadcast not in self.owing:
            wants = Broadcast.objects.get(pk=broadcast).wants_acknowledgement
            rows = Acknowledgement.objects.filter(broadcast=broadcast)
            self.owing[broadcast] = {
                (row.person_id, row.student_id) for row in rows if wants and row.acknowledged_at is None
            }
        return self.owing[broadcast]


def _is_of(level: str, chosen: set[str], grade: int | None) -> bool:
    if level not in OF_COMBINED:
        return level in chosen
    parts = [part for part in OF_COMBINED[level] if part in chosen]
    others = [part for part in OF_COMBINED[level] if part not in chosen]
    return bool(parts) and not any(grade in GRADES[part] for part in others)


def _number(grade: str, most: int = 12) -> int | None:
    is_number = grade.isascii() and grade.isdigit() and len(grade) <= 2
    return int(grade) if is_number and 1 <= int(grade) <= most else None


def world_of_registry() -> oracle.World:
    """Every row as plain data, by its number."""
    world = oracle.World()
    world.sources = {
        str(pk): oracle.Source(relative_is_guardian=relative)
        for pk, relative in Source.objects.values_list("pk", "relative_is_guardian")
    }
    parents: dict[str, list[oracle.Parent]] = defaultdict(list)
    for link in OrgParent.objects.all():
        parents[str(link.org_id)].append(oracle.Parent(str(link.parent_id), link.valid_from, link.valid_to))
    for org in Org.objects.all():
        world.orgs[str(org.pk)] = oracle.Org(
            org.type, org.school_level, tuple(parents[str(org.pk)]), org.valid_from, org.valid_to, _gone(org)
        )
    for one in Person.objects.all():
        world.people[str(one.pk)] = oracle.Person(one.grade, one.enabled, _gone(one), str(one.source_id))
    for role in Role.objects.all():
        world.roles[str(role.pk)] = oracle.Role(
            *(str(role.person_id), role.role, str(role.org_id), role.begins_on, role.ends_on, _gone(role)),
            source=str(role.source_id),
        )
    _classes_into(world)
    for link in GuardianLink.objects.filter(state="active"):
        world.says.add(oracle.Says(str(link.guardian_id), str(link.student_id), source=str(link.source_id)))
    world.same = {frozenset({str(one), str(other)}) for one, other in PersonLink.objects.values_list("one", "other")}
    for deny in LocalOverride.objects.all():
        world.denies[str(deny.pk)] = oracle.Deny(
            *(str(deny.person_id), str(deny.student_id or ""), str(deny.org_id or ""), deny.until),
            is_ended=deny.ended_at is not None,
        )
    return world


def _classes_into(world: oracle.World) -> None:
    for one in SchoolClass.objects.all():
        name, source = str(one.pk), str(one.source_id)
        world.terms[name] = oracle.Term(one.begins_on, one.ends_on, source)
        is_homeroom = one.class_type == "homeroom"
        world.classes[name] = oracle.Class(str(one.school_id), (name,), is_homeroom, _gone(one), source)
    for it in Enrolment.objects.all():
        world.enrolments[str(it.pk)] = oracle.Enrolment(
            *(str(it.person_id), str(it.school_class_id), it.role, it.begins_on, it.ends_on, _gone(it)),
            source=str(it.source_id),
        )


def _gone(record: Org | Person | Role | SchoolClass | Enrolment) -> bool:
    return record.status != "active"
