"""A list of staff as rows of a package: they, their role, the classes they teach, and who is no longer there."""

from registry.models import Org
from registry.sync.sheet import columns as c
from registry.sync.sheet.classes import Classes
from registry.sync.sheet.faults import BadValue, FaultBook, Place
from registry.sync.sheet.identity import Kind
from registry.sync.sheet.positions import is_head, role_of
from registry.sync.sheet.reading import Reading
from registry.sync.sheet.records import StaffRow
from registry.sync.sheet.standing import Standing
from registry.sync.sheet.tables import Tables
from registry.sync.sheet.values import ClassTitle, class_of
from registry.sync.tables import ENROLMENTS, ROLES, USERS


class StaffRoll:
    """Writes one reading."""

    def __init__(
        self, reading: Reading, *, tables: Tables, classes: Classes, school: Org, standing: Standing, faults: FaultBook
    ) -> None:
        self._reading = reading
        self._tables = tables
        self._classes = classes
        self._school = school.sourced_id
        self._standing = standing
        self._faults = faults
        self._places: set[str] = set()
        self._roles: set[str] = set()

    def write(self, *, may_end: bool) -> None:
        """Write everybody; end what ended. Not `may_end`: somebody in the file could not be told, and it may be anyone."""
        self._hold_second_heads()
        if not self._standing.classes and not self._classes.written:
            # A school that begins with its teachers: then their classes are the first to be heard of.
            self._classes.write(
                title for row in self._reading.staff.values() for text in row.homeroom if (title := _class(text))
            )
        homerooms = self._homerooms()
        for sourced_id, row in self._reading.staff.items():
            self._write_one(sourced_id, row, homerooms)
        self._end_places()
        if may_end:
            self._end_people()

    def _write_one(self, sourced_id: str, row: StaffRow, homerooms: dict[str, str]) -> None:
        self._tables.person(
            sourced_id,
            row.name,
            identifier=row.code,
            email=row.email,
            phone=row.phone,
            **{"metadata.position": row.position, "metadata.gender": row.gender},
        )
        self._roles.add(self._tables.role(sourced_id, role_of(row), self._school))
        for texts, column in ((row.teaches, c.TEACHES), (row.homeroom, c.HOMEROOM)):
            for text in texts:
                if school_class := self._known_class(text, self._place(sourced_id, column)):
                    is_primary = column == c.HOMEROOM and homerooms.get(school_class) == sourced_id
                    self._enrol(school_class, sourced_id, is_primary=is_primary)

    def _enrol(self, school_class: str, person: str, *, is_primary: bool) -> None:
        self._places.add(
            self._tables.enrolment(school_class, person, "teacher", school=self._school, is_primary=is_primary)
        )

    def _known_class(self, text: str, place: Place) -> str:
        title = _class(text)
        if title and self._classes.is_known(title):
            return self._classes.id_of(title)
        # A slip of the finger makes no class.
        self._faults.warn("unknown_class", place)
        return ""

    def _homerooms(self) -> dict[str, str]:
        """The homeroom teacher by class. Where two are named, neither is: nobody could say which."""
        found: dict[str, str] = {}
        twice: set[str] = set()
        for sourced_id, row in self._reading.staff.items():
            for title in filter(None, map(_class, row.homeroom)):
                school_class = self._classes.id_of(title)
                if found.setdefault(school_class, sourced_id) != sourced_id:
                    twice.add(school_class)
                    self._faults.warn(
                        "two_homeroom_teachers", self._place(sourced_id, c.HOMEROOM), sourced_id=sourced_id
                    )
        return {each: teacher for each, teacher in found.items() if each not in twice}

    def _hold_second_heads(self) -> None:
        """A school has one head: two rows that say so are both set aside."""
        heads = [each for each, row in self._reading.staff.items() if is_head(row)]
        for each in heads if len(heads) > 1 else ():
            self._faults.set_aside("two_heads", self._place(each, c.POSITION), sourced_id=each)
            self._reading.held.add(each)
            del self._reading.staff[each]

    def _place(self, sourced_id: str, column: str) -> Place:
        return self._reading.cells[sourced_id].place(column)

    def _end_places(self) -> None:
        """Places in classes of this year that the list would name and does not, of people who are in it."""
        for each in self._standing.enrolments:
            is_told = self._reading.tells_homeroom if each.is_primary else self._reading.tells_teaching
            is_ours = each.person in self._reading.staff and each.school_class in self._standing.classes
            if is_told and is_ours and each.sourced_id not in self._places:
                self._tables.end(ENROLMENTS, [each.sourced_id])
        for person in self._reading.staff:
            self._tables.end(ROLES, (role for role in self._standing.roles.get(person, ()) if role not in self._roles))

    def _end_people(self) -> None:
        known = self._reading.staff.keys() | self._reading.held
        gone = {each for each in self._standing.people(Kind.STAFF) if each not in known}
        self._tables.end(USERS, gone)
        for person in gone:
            self._tables.end(ROLES, self._standing.roles.get(person, ()))
        places = (each.sourced_id for each in self._standing.enrolments if each.person in gone)
        self._tables.end(ENROLMENTS, places)


def _class(text: str) -> ClassTitle | None:
    try:
        return class_of(text, c.HOMEROOM)
    except BadValue:
        return None
