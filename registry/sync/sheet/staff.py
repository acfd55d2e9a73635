"""Reads the rows of a list of teachers and staff."""

import datetime as dt
import re

from registry.sync.sheet import columns as c
from registry.sync.sheet.faults import BadValue
from registry.sync.sheet.lines import Cells
from registry.sync.sheet.people_list import PeopleList
from registry.sync.sheet.records import StaffRow
from registry.sync.sheet.values import birth_of, gender_of, is_class_title
from registry.text import fold

_EMAIL = re.compile(r"[^@\s,;]{1,64}@[^@\s,;]{1,190}\.[a-z]{2,}", re.IGNORECASE)
_MARKS = frozenset({"x", "v", "1", "co", "nu"})
LONGEST_POSITION = 120
_BETWEEN_CLASSES = re.compile(r"[,;:()+&]|\bvà\b|\bva\b|\s-\s", re.IGNORECASE)
# A class inside words: Toán 6A1, Lớp 6A2.
_CLASS = re.compile(r"(?<![\w/])(?:1[0-2]|[1-9])\s?[A-Za-zĐđ]?\d{0,2}(?:[/.]\d{1,2})?(?![\w/])")

_RANGE = re.compile(r"\d\s*[-–]\s*\d")


class Staff(PeopleList[StaffRow]):
    """The staff of one list."""

    @property
    def tells_homeroom(self) -> bool:
        """Whether the list says whose homeroom teacher somebody is."""
        return c.HOMEROOM in self.lines.columns

    @property
    def tells_teaching(self) -> bool:
        """Whether the list says who teaches which class."""
        return c.TEACHES in self.lines.columns

    def row(self, cells: Cells) -> StaffRow:
        """The member of staff of this row. Raises BadValue."""
        name, code = self.name(cells), self.code(cells)
        phone = self.phone(cells, c.PHONE)
        position = cells.text(c.POSITION)
        if len(position) > LONGEST_POSITION:
            raise BadValue("too_long", c.POSITION)
        return StaffRow(
            row=cells.row,
            name=name,
            code=code,
            birth=None if code else self._birth(cells, is_needed=not phone),
            phone=phone,
            email=self._email(cells),
            gender=_gender(cells),
            position=position,
            is_teaching=bool(cells.text(c.TEACHES) or cells.text(c.SUBJECT) or cells.text(c.HOMEROOM)),
            homeroom=classes_in(cells.text(c.HOMEROOM)),
            teaches=classes_in(cells.text(c.TEACHES)),
        )

    def _birth(self, cells: Cells, *, is_needed: bool) -> dt.date | None:
        """Where no code tells two teachers of one name apart their births do, and last their numbers, which change."""
        found = birth_of(cells.value(c.BIRTH), year=self.year)
        if found is None and is_needed:
            raise BadValue("missing_identity", c.NAME)
        return found

    def _email(self, cells: Cells) -> str:
        text = cells.text(c.EMAIL)
        if text and not _EMAIL.fullmatch(text):
            self.faults.warn("bad_email", cells.place(c.EMAIL))
            return ""
        return text


def classes_in(text: str) -> tuple[str, ...]:
    """The classes that a cell names, alone or behind subjects: `Toán 6A1, 6A2; Lý 8A`."""
    found: list[str] = []
    for part in filter(None, map(str.strip, _BETWEEN_CLASSES.split(text))):
        # 6A1-6A4 may be two classes or four: kept as it stands it is no class, and the cell is named.
        found += [part] if is_class_title(part) or _RANGE.search(part) else _CLASS.findall(part)
    return tuple(dict.fromkeys(found))


def _gender(cells: Cells) -> str:
    if said := gender_of(cells.value(c.GENDER)):
        return said
    return "female" if fold(cells.text(c.FEMALE)) in _MARKS else ""
