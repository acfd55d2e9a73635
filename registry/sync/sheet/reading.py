"""Reads a whole file: which sheets are lists of whom, their people with ids, and who could not be read."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from registry.models import Org
from registry.sync.limits import ALWAYS_BORNE, MOST_QUARANTINED
from registry.sync.sheet import columns as c
from registry.sync.sheet.faults import FaultBook, Place, SheetRefused
from registry.sync.sheet.grid import Grid
from registry.sync.sheet.header_row import Header, find_header
from registry.sync.sheet.identity import Identities, Kind
from registry.sync.sheet.kinds import kind_of_list
from registry.sync.sheet.lines import Cells
from registry.sync.sheet.people_list import PeopleList
from registry.sync.sheet.pupils import Pupils
from registry.sync.sheet.records import PupilRow, StaffRow
from registry.sync.sheet.staff import Staff
from registry.sync.sheet.standing import Standing

Row = TypeVar("Row", PupilRow, StaffRow)
List = TypeVar("List", Pupils, Staff)


@dataclass(slots=True)
class Reading:
    """The people of a file by id. `held` are those whose row could not be taken: nothing may follow for them."""

    pupils: dict[str, PupilRow] = field(default_factory=dict)
    staff: dict[str, StaffRow] = field(default_factory=dict)
    # Whom the file is about; of the others it says nothing.
    kinds: set[Kind] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    cells: dict[str, Cells] = field(default_factory=dict)
    # A file of bad rows that were given back and repaired.
    is_repaired: bool = False
    tells_homeroom: bool = False
    tells_teaching: bool = False


def headers_of(
    grids: Iterable[Grid], mapping: Mapping[str, str], wanted: Kind | None, faults: FaultBook
) -> list[tuple[Kind, Header]]:
    """The header of every sheet that is a list, and of whom. Sheets that are none are noted."""
    found: list[tuple[Kind, Header]] = []
    for grid in grids:
        header = find_header(grid, mapping)
        if header:
            _note_unread(header, faults)
            found.append((wanted or kind_of_list(header), header))
        elif grid.lines:
            faults.warn("sheet_not_read", Place(grid.title))
    if not found:
        raise SheetRefused("sheet_no_header")
    return found


def _note_unread(header: Header, faults: FaultBook) -> None:
    for each in header.headings:
        if not each.is_read:
            code = "header_to_confirm" if each.guess.meaning else "header_unknown"
            faults.warn(code, header.grid.place(header.row, each.column))


class Reader:
    """Reads the lists of one file for one school."""

    def __init__(self, school: Org, standing: Standing, faults: FaultBook, *, day: dt.date) -> None:
        self._school = school
        self._standing = standing
        self._faults = faults
        self._day = day
        self._found = Reading()

    def read(self, headers: Iterable[tuple[Kind, Header]]) -> Reading:
        """Everybody in the file."""
        by_kind: dict[Kind, list[Header]] = defaultdict(list)
        for kind, header in headers:
            by_kind[kind].append(header)
            self._found.is_repaired |= c.REPAIRED in header.columns
        self._found.kinds = set(by_kind)
        if Kind.PUPIL in by_kind:
            self._read_pupils(by_kind[Kind.PUPIL])
        if Kind.STAFF in by_kind:
            self._read_staff(by_kind[Kind.STAFF])
        return self._found

    def _read_pupils(self, headers: list[Header]) -> None:
        identities = Identities(Kind.PUPIL, self._school.sourced_id, self._standing)
        lists = [self._list(Pupils, header, identities) for header in headers]
        self._refuse_change_of_codes(Kind.PUPIL, lists)
        for each in lists:
            each.require_columns()
        self._found.pupils = self._taken(lists, identities)

    def _read_staff(self, headers: list[Header]) -> None:
        identities = Identities(Kind.STAFF, self._school.sourced_id, self._standing)
        lists = [self._list(Staff, header, identities) for header in headers]
        self._refuse_change_of_codes(Kind.STAFF, lists)
        self._found.tells_homeroom = any(each.tells_homeroom for each in lists)
        self._found.tells_teaching = any(each.tells_teaching for each in lists)
        self._found.staff = self._taken(lists, identities)

    def _list(self, of: type[List], header: Header, identities: Identities) -> List:
        return of(header, self._school, faults=self._faults, day=self._day, of_code=identities.of_code)

    def _refuse_change_of_codes(self, kind: Kind, lists: Sequence[PeopleList[Row]]) -> None:
        if not any(each.code_column for each in lists) and self._standing.has_codes(kind):
            # Without the codes everybody would be somebody new, and whoever was there gone.
            header = lists[0].header
            raise SheetRefused("sheet_codes_gone", header.grid.place(header.row))

    def _taken(self, lists: Sequence[PeopleList[Row]], identities: Identities) -> dict[str, Row]:
        """Rows by id, of all sheets together: twins may sit in two classes."""
        taken = [pair for each in lists for pair in each.rows()]
        ids = identities.of_rows([row for _cells, row in taken])
        by_id: dict[str, list[tuple[Cells, Row]]] = defaultdict(list)
        for (cells, row), sourced_id in zip(taken, ids, strict=True):
            by_id[sourced_id].append((cells, row))
        found: dict[str, Row] = {}
        for sourced_id, those in by_id.items():
            if self._is_one(those):
                cells, row = those[0]
                found[sourced_id], self._found.cells[sourced_id] = row, cells
                for again, _row in those[1:]:
                    self._faults.warn("sheet_row_twice", again.place(c.CODE), sourced_id=sourced_id)
            else:
                self._hold_all(sourced_id, those)
        for each in lists:
            self._found.held |= each.held
        self._refuse_bad_file(sum(each.count for each in lists))
        return {each: row for each, row in found.items() if each not in self._found.held}

    def _is_one(self, those: list[tuple[Cells, Row]]) -> bool:
        """Whether rows of one id are one person: the same code, and nothing different in what is read."""
        first = those[0][1]
        return len(those) == 1 or (
            bool(first.code) and all(row._replace(row=first.row) == first for _cells, row in those)
        )

    def _hold_all(self, sourced_id: str, those: list[tuple[Cells, Row]]) -> None:
        self._found.held.add(sourced_id)
        for cells, row in those:
            column = c.NAME if not row.code else c.CODE
            code = "code_twice" if row.code else "same_name_and_birth"
            self._faults.set_aside(code, cells.place(column), sourced_id=sourced_id)

    def _refuse_bad_file(self, rows: int) -> None:
        bad = self._faults.rows_set_aside
        if bad > min(MOST_QUARANTINED, max(ALWAYS_BORNE, rows // 100)) or bad * 2 > rows > 0:
            raise SheetRefused("sheet_too_many_bad", self._faults.first_bad())
