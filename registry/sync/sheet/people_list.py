"""What lists of pupils and of staff have in common: rows that are taken, set aside, or say that somebody left."""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from registry.models import Org
from registry.sync.sheet import columns as c
from registry.sync.sheet.birth_column import refuse_swapped_days
from registry.sync.sheet.codes_column import identifying_column
from registry.sync.sheet.faults import BadValue, FaultBook
from registry.sync.sheet.header_row import Header
from registry.sync.sheet.lines import Cells, Lines
from registry.sync.sheet.names import Name, in_capitals, is_nobody, join_name, read_name
from registry.sync.sheet.values import code_key, code_of, is_citizen_number, phone_of
from registry.text import fold

_HERE = frozenset(
    {
        *("", "dang hoc", "hoc", "binh thuong", "moi", "moi tuyen", "tiep nhan", "chuyen den", "dang theo hoc"),
        *("dang lam viec", "dang day", "dang cong tac", "bien che", "hop dong"),
    }
)
_LEFT = (
    *("thoi hoc", "bo hoc", "nghi hoc", "chuyen di", "chuyen truong", "da chuyen", "tot nghiep", "da tot nghiep"),
    *("nghi huu", "da nghi", "thoi viec", "chuyen cong tac", "da ra truong", "xoa ten", "buoc thoi hoc"),
)
Row = TypeVar("Row")


class PeopleList(ABC, Generic[Row]):
    """One list. `of_code` gives the id of whom a code names; `held` are the ids of rows that could not be taken."""

    def __init__(
        self, header: Header, school: Org, *, faults: FaultBook, day: dt.date, of_code: Callable[[str], str]
    ) -> None:
        header.refuse_doubles()
        self.header = header
        self.lines = Lines(header, faults)
        self.faults = faults
        self.held: set[str] = set()
        self.count = 0
        self._of_code = of_code
        self._school_codes = {code_key(each) for each in (school.identifier, school.sourced_id) if each}
        # Nobody alive is born after the running year.
        self.year = day.year + 1
        self.code_column = identifying_column(self.lines, faults)
        if not self.code_column:
            # Only then do people depend on their dates.
            refuse_swapped_days(self.lines)

    @abstractmethod
    def row(self, cells: Cells) -> Row:
        """Whom the row is about. Raises BadValue when it cannot be taken."""

    def rows(self) -> Iterator[tuple[Cells, Row]]:
        """Every row that can be taken, of people who are here. The others are noted."""
        for cells in self.lines.cells():
            self.count += 1
            try:
                self._require_this_school(cells)
                if not _has_left(cells):
                    yield cells, self.row(cells)
            except BadValue as bad:
                self._set_aside(cells, bad)

    def name(self, cells: Cells) -> Name:
        """The name of the person the row is about."""
        whole, family, given = cells.text(c.NAME), cells.text(c.FAMILY), cells.text(c.GIVEN)
        if whole:
            name = read_name(whole)
        elif family and given:
            name = join_name(family, cells.text(c.MIDDLE), given)
        else:
            raise BadValue("missing_value", c.GIVEN if family else c.NAME)
        if in_capitals(whole or f"{family} {given}"):
            self.faults.warn("name_in_capitals", cells.place(c.NAME if whole else c.GIVEN))
        return name

    def code(self, cells: Cells) -> str:
        """The row's code; a citizen's number among codes is never taken for one."""
        code = code_of(cells.value(self.code_column), self.code_column) if self.code_column else ""
        if is_citizen_number(code):
            raise BadValue("citizen_number", self.code_column)
        return code

    def phone(self, cells: Cells, column: str) -> str:
        """The telephone number in this column, with its zero; empty where none of it can be dialled."""
        phone = phone_of(cells.value(column))
        if phone.is_bad and not is_nobody(cells.text(column)):
            self.faults.warn("bad_phone", cells.place(column))
        if phone.lost_zero:
            self.faults.warn("phone_lost_zero", cells.place(column))
        return phone.number

    def _set_aside(self, cells: Cells, bad: BadValue) -> None:
        try:
            code = self.code(cells)
        except BadValue:
            code = ""
        sourced_id = self._of_code(code) if code else ""
        if sourced_id:
            self.held.add(sourced_id)
        self.faults.set_aside(bad.code, cells.place(bad.column), sourced_id=sourced_id)

    def _require_this_school(self, cells: Cells) -> None:
        said = cells.text(c.SCHOOL).replace(" ", "")
        if said and code_key(said) not in self._school_codes:
            raise BadValue("other_school", c.SCHOOL)


def _has_left(cells: Cells) -> bool:
    """Whether the row says that the person is no longer here. A word we do not know may say so: it sets the row aside."""
    status = fold(cells.text(c.STATUS)).strip()
    if status in _HERE:
        return False
    if status.startswith(_LEFT):
        return True
    raise BadValue("unknown_status", c.STATUS)
