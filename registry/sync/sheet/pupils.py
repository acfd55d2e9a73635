"""Reads the rows of a pupils' list."""

import datetime as dt

from registry.sync.sheet import columns as c
from registry.sync.sheet.faults import BadValue, SheetRefused
from registry.sync.sheet.lines import Cells
from registry.sync.sheet.names import is_nobody, read_name
from registry.sync.sheet.people_list import PeopleList
from registry.sync.sheet.records import Adult, PupilRow
from registry.sync.sheet.values import ClassTitle, birth_of, class_of, grade_of
from registry.text import fold

# Words of the column "Quan hệ" as the registry has them.
_RELATIONS = {
    "me": "mother",
    "me de": "mother",
    "me ruot": "mother",
    "cha": "father",
    "bo": "father",
    "ba noi": "grandmother",
    "ba ngoai": "grandmother",
    "ba": "grandmother",
    "ong": "grandfather",
    "ong noi": "grandfather",
    "ong ngoai": "grandfather",
    "co": "aunt",
    "di": "aunt",
    "bac gai": "aunt",
    "chu": "uncle",
    "cau": "uncle",
    "bac": "uncle",
    "anh": "sibling",
    "chi": "sibling",
    "anh trai": "sibling",
    "chi gai": "sibling",
}


class Pupils(PeopleList[PupilRow]):
    """The pupils of one list, with those who answer for them."""

    @property
    def _tells_guardians(self) -> bool:
        return not c.GUARDIANS.keys().isdisjoint(self.lines.columns)

    def require_columns(self) -> None:
        """Refuse a list in which nothing tells two pupils of one name apart, or nothing says their class."""
        place = self.header.grid.place(self.header.row)
        if not self.code_column and c.BIRTH not in self.lines.columns:
            raise SheetRefused("sheet_no_identity", place)
        if c.CLASS not in self.lines.columns and not self.lines.names_classes():
            raise SheetRefused("sheet_no_class", place)

    def row(self, cells: Cells) -> PupilRow:
        """The pupil of this row. Raises BadValue."""
        name, code = self.name(cells), self.code(cells)
        birth = self._birth(cells, is_needed=not code)
        school_class = self._class(cells)
        adults, unread = self._adults(cells)
        return PupilRow(cells.row, name, code, birth, school_class, adults, unread)

    def _birth(self, cells: Cells, *, is_needed: bool) -> dt.date | None:
        try:
            found = birth_of(cells.value(c.BIRTH), year=self.year)
        except BadValue:
            if is_needed:
                raise
            self.faults.warn("birth_not_read", cells.place(c.BIRTH))
            return None
        if found is None and is_needed:
            raise BadValue("missing_identity", c.BIRTH)
        return found

    def _class(self, cells: Cells) -> ClassTitle:
        grade = grade_of(cells.value(c.GRADE))
        value = cells.value(c.CLASS) if c.CLASS in self.lines.columns else cells.sheet_class
        found = class_of(value or None, grade=grade)
        if grade and found.grade != grade:
            self.faults.warn("grade_differs", cells.place(c.GRADE))
        return found

    def _adults(self, cells: Cells) -> tuple[tuple[Adult, ...], tuple[str, ...]]:
        """Who answers for the pupil, and the relations of which the row says nothing that can be read."""
        found: dict[str, Adult] = {}
        # A list without the column says nothing about them.
        unread = [relation for relation in c.GUARDIANS if relation not in self.lines.columns]
        for relation in (each for each in c.GUARDIANS if each in self.lines.columns):
            try:
                adult = self._adult(cells, relation)
            except BadValue:
                self.faults.warn("guardian_not_taken", cells.place(relation))
                unread.append(relation)
                continue
            if adult:
                # The one who answers for the child is mostly the mother or the father once more.
                before = found.get(adult.name.folded)
                found[adult.name.folded] = before._replace(phone=before.phone or adult.phone) if before else adult
        adults = self._with_contact(cells, list(found.values()))
        if not adults and self._tells_guardians and set(unread).isdisjoint(self.lines.columns):
            self.faults.warn("no_guardian", cells.place())
        return tuple(adults), tuple(unread)

    def _adult(self, cells: Cells, relation: str) -> Adult | None:
        text, number = cells.text(relation), self.phone(cells, c.GUARDIANS[relation])
        if not text or is_nobody(text):
            if number:
                self.faults.warn("phone_of_nobody", cells.place(c.GUARDIANS[relation]))
            return None
        name = read_name(text, relation)
        said = _RELATIONS.get(fold(cells.text(c.RELATION)).strip()) if relation == c.GUARDIAN else None
        return Adult(name, number, said or relation)

    def _with_contact(self, cells: Cells, adults: list[Adult]) -> list[Adult]:
        """The number of "Điện thoại", where there is one person whose it can be."""
        number = self.phone(cells, c.PHONE)
        if not number or any(adult.phone for adult in adults):
            return adults
        if len(adults) == 1:
            return [adults[0]._replace(phone=number)]
        self.faults.warn("phone_of_whom" if adults else "phone_of_nobody", cells.place(c.PHONE))
        return adults
