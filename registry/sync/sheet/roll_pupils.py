"""A list of pupils as rows of a package: they, their classes, who answers for them, and whose place ends."""

from collections import defaultdict
from collections.abc import Iterable

from registry.models import Org
from registry.sync.sheet import columns as c
from registry.sync.sheet.classes import Classes
from registry.sync.sheet.identity import Kind, guardian_id, kind_of
from registry.sync.sheet.reading import Reading
from registry.sync.sheet.records import Adult, PupilRow
from registry.sync.sheet.standing import Standing
from registry.sync.sheet.tables import Tables
from registry.sync.tables import CLASSES, ENROLMENTS, ROLES, USERS

_PARENTS = frozenset({"mother", "father"})


class PupilRoll:
    """Writes one reading. `is_whole`: whoever is not in the file is not in the school."""

    def __init__(
        self, reading: Reading, *, tables: Tables, classes: Classes, school: Org, standing: Standing, is_whole: bool
    ) -> None:
        self._reading = reading
        self._tables = tables
        self._classes = classes
        self._school = school.sourced_id
        self._standing = standing
        self._is_whole = is_whole
        self._places: set[str] = set()
        self._adults: dict[str, list[Adult]] = defaultdict(list)
        self._adult_roles: set[str] = set()
        self._kept_adults: set[str] = set()

    def write(self, *, may_end: bool) -> None:
        """Write everybody; end what ended. Not `may_end`: somebody in the file could not be told, and it may be anyone."""
        self._classes.write(row.school_class for row in self._reading.pupils.values())
        for sourced_id, row in self._reading.pupils.items():
            self._write_pupil(sourced_id, row)
        self._write_adults()
        gone = self._gone() if may_end else set()
        self._end_pupils(gone)
        if may_end:
            self._end_adults(gone)
            self._end_classes()

    def _write_pupil(self, sourced_id: str, row: PupilRow) -> None:
        agents = self._agents(sourced_id, row)
        relations = ",".join(f"{agent}:{relation}" for agent, relation in sorted(agents.items()) if relation)
        self._tables.person(
            sourced_id,
            row.name,
            identifier=row.code,
            grades=row.school_class.grade,
            agentSourcedIds=",".join(sorted(agents)),
            **{"metadata.relations": relations},
        )
        self._tables.role(sourced_id, "student", self._school)
        school_class = self._classes.id_of(row.school_class)
        self._places.add(
            self._tables.enrolment(school_class, sourced_id, "student", school=self._school, is_primary=False)
        )

    def _agents(self, pupil: str, row: PupilRow) -> dict[str, str]:
        """Who answers for the pupil, with their relation: as the row says, and as it was where the row does not say."""
        before = self._standing.guardians.get(pupil, {})
        agents = {each: relation for each, relation in before.items() if _column_of(relation) in row.unread}
        self._kept_adults.update(agents)
        for adult in row.adults:
            sourced_id = guardian_id(self._school, pupil, adult)
            self._adults[sourced_id].append(adult)
            agents.setdefault(sourced_id, adult.relation)
        return agents

    def _write_adults(self) -> None:
        for sourced_id, told in self._adults.items():
            # Siblings' rows may spell one name in two ways: the same one is taken whatever the order of the rows.
            adult = max(told, key=lambda each: (not str(each.name).isascii(), each.name))
            self._tables.person(sourced_id, adult.name, phone=adult.phone)
            is_parent = any(each.relation in _PARENTS for each in told)
            self._adult_roles.add(self._tables.role(sourced_id, "parent" if is_parent else "guardian", self._school))

    def _gone(self) -> set[str]:
        """Pupils of the registry that the file would name and does not."""
        held, seen = self._reading.held, self._reading.pupils
        missing = {each for each in self._standing.people(Kind.PUPIL) if each not in seen and each not in held}
        if self._is_whole:
            return missing
        listed, elsewhere = self._where(missing)
        return listed - elsewhere

    def _where(self, pupils: set[str]) -> tuple[set[str], set[str]]:
        """Of these pupils, who has a place in a listed class, and who in another class of this year."""
        listed: set[str] = set()
        elsewhere: set[str] = set()
        for each in self._standing.enrolments:
            if each.person in pupils and each.school_class in self._standing.classes:
                (listed if each.school_class in self._classes.written else elsewhere).add(each.person)
        return listed, elsewhere

    def _end_pupils(self, gone: set[str]) -> None:
        self._end_people(gone)
        seen, held = self._reading.pupils, self._reading.held
        for each in self._standing.enrolments:
            if kind_of(each.person) is not Kind.PUPIL or each.person in held or each.sourced_id in self._places:
                continue
            # Whoever is in the file is in the class it says and in no other of this year.
            has_moved = each.person in seen and each.school_class in self._standing.classes
            if has_moved or each.person in gone:
                self._tables.end(ENROLMENTS, [each.sourced_id])

    def _end_adults(self, gone: set[str]) -> None:
        """Guardians of nobody any more. Those of pupils who stay without being in the file stay with them."""
        staying = {
            guardian
            for pupil, guardians in self._standing.guardians.items()
            if pupil not in gone and pupil not in self._reading.pupils and pupil in self._standing.live
            for guardian in guardians
        }
        staying |= self._kept_adults | self._adults.keys()
        self._end_people(each for each in self._standing.people(Kind.GUARDIAN) if each not in staying)
        for each in self._adults.keys() - self._kept_adults:
            self._tables.end(
                ROLES, (role for role in self._standing.roles.get(each, ()) if role not in self._adult_roles)
            )

    def _end_people(self, people: Iterable[str]) -> None:
        for each in people:
            self._tables.end(USERS, [each])
            self._tables.end(ROLES, self._standing.roles.get(each, ()))

    def _end_classes(self) -> None:
        """Classes of this year that the list of the whole school does not have, and in which nobody stays."""
        if not self._is_whole:
            return
        held = {each.school_class for each in self._standing.enrolments if each.person in self._reading.held}
        self._tables.end(
            CLASSES, (each for each in self._standing.classes if each not in self._classes.written and each not in held)
        )


def _column_of(relation: str) -> str:
    """The column that would name somebody of this relation."""
    return relation if relation in _PARENTS else c.GUARDIAN
