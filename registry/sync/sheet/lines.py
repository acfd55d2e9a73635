"""The rows of a list that are about somebody: without titles, sums, signatures, repeated headers and numbered blanks."""

import re
from collections.abc import Iterator

from registry.sync.sheet import columns as c
from registry.sync.sheet.faults import FaultBook, Place, SheetRefused
from registry.sync.sheet.grid import Line, Marker, Value, shown
from registry.sync.sheet.header_row import Header, class_in_title
from registry.sync.sheet.headers import fold_header
from registry.sync.sheet.names import is_old_font, may_be_old_font
from registry.sync.sheet.values import is_class_title

NAME_COLUMNS = frozenset({c.NAME, c.FAMILY, c.MIDDLE, c.GIVEN, c.MOTHER, c.FATHER, c.GUARDIAN})
_OWN_NAME = (c.NAME, c.GIVEN)
_NOT_READ = frozenset({c.NUMBER, c.NOT_KEPT, c.REPAIRED})
# A cell that a spreadsheet would run; +84 and -1 are numbers.
_RUNS = re.compile(r"[=@]|[+\-](?=.*[A-Za-z|!(])")
# So many cells in an old font are no foreign names any more.
OLD_FONT_SHARE = 10
# Of the rows, in percent: then the others are not forgotten numbers but no people.
MOSTLY = 80


class Cells:
    """One row by meaning."""

    def __init__(self, lines: "Lines", line: Line, sheet_class: str) -> None:
        self._lines = lines
        self._line = line
        self.row = line.number
        # The class of the block or sheet in which the row stands; empty where the row itself says it.
        self.sheet_class = sheet_class

    def value(self, meaning: str) -> Value:
        """The cell of the column with this meaning; None where there is none."""
        column = self._lines.columns.get(meaning)
        return self._line.value(column) if column else None

    def text(self, meaning: str) -> str:
        """The same as text."""
        return shown(self.value(meaning))

    def place(self, meaning: str = "") -> Place:
        """The name of the cell, or of the row."""
        return self._lines.header.grid.place(self.row, self._lines.columns.get(meaning, 0))


class Lines:
    """The rows under one header. Refuses the file for cells that compute, and for letters of an old font."""

    def __init__(self, header: Header, faults: FaultBook) -> None:
        self.header = header
        self.columns = header.columns
        self._faults = faults
        self._read = {meaning: column for meaning, column in self.columns.items() if meaning not in _NOT_READ}
        self._own = {meaning: each for meaning, each in self._read.items() if meaning not in _OWN_NAME}
        self._under = [line for line in header.grid.lines if line.number > header.row]
        self._repeated = next((each.folded for each in header.headings if each.guess.meaning in _OWN_NAME), "")
        self._refuse_computed()
        self._refuse_old_font()

    def forget(self, meaning: str) -> None:
        """Read a column no more."""
        self.columns.pop(meaning, None)

    def names_classes(self) -> bool:
        """Whether the title or rows between the others say which class somebody is in."""
        blocks = (self._block(line) for line in self._under)
        return any(map(is_class_title, (class_in_title(self.header), *filter(None, blocks))))

    def values(self, meaning: str) -> Iterator[tuple[Place, Value]]:
        """Every filled cell of a column, with its name."""
        if column := self.columns.get(meaning):
            for line in self._under:
                if (value := line.value(column)) is not None:
                    yield self.header.grid.place(line.number, column), value

    def cells(self) -> Iterator[Cells]:
        """Every row about somebody, in order."""
        title = class_in_title(self.header)
        sheet_class = title if is_class_title(title) else ""
        last = self._last()
        for line in self._under:
            if line.number > last:
                if self._is_blank(line):
                    continue
                self._faults.warn("sheet_footer", self.header.grid.place(line.number))
                return
            if block := self._block(line):
                sheet_class = block if is_class_title(block) else sheet_class
            elif not self._is_blank(line):
                yield Cells(self, line, sheet_class)

    def _last(self) -> int:
        """The last row about somebody: what follows are sums and signatures. Where rows are numbered, the last number."""
        people = [line for line in self._under if self._is_somebody(line)]
        numbered = [line for line in people if self._is_numbered(line)]
        told = numbered if len(numbered) * 100 >= len(people) * MOSTLY else people
        return max((line.number for line in told), default=0)

    def _filled(self, line: Line) -> Iterator[int]:
        return (column for column in self._read.values() if line.value(column) is not None)

    def _is_somebody(self, line: Line) -> bool:
        is_named = any(line.value(self._read[each]) is not None for each in _OWN_NAME if each in self._read)
        is_told = any(line.value(column) is not None for column in self._own.values())
        return (is_named and is_told) or (self._is_numbered(line) and (is_named or is_told))

    def _is_numbered(self, line: Line) -> bool:
        column = self.columns.get(c.NUMBER)
        return column is not None and shown(line.value(column)).isdecimal()

    def _is_blank(self, line: Line) -> bool:
        if not any(True for _each in self._filled(line)):
            # Numbered in advance, and nobody came.
            return True
        return any(fold_header(shown(value)) == self._repeated for _column, value in line.filled())

    def _block(self, line: Line) -> str:
        """A row with one cell, over the rows of a class or a department."""
        filled = list(line.filled())
        if len(filled) != 1 or not isinstance(filled[0][1], str):
            return ""
        column, text = filled[0][0], filled[0][1]
        return "" if column in self._read.values() and not is_class_title(text) else text

    def _refuse_computed(self) -> None:
        for line in self._under:
            for column in self._read.values():
                value = line.value(column)
                if value is Marker.FORMULA or (isinstance(value, str) and _RUNS.match(value)):
                    raise SheetRefused("sheet_formula", self.header.grid.place(line.number, column))

    def _refuse_old_font(self) -> None:
        named = [each for meaning in sorted(NAME_COLUMNS) for each in self.values(meaning)]
        old = [(place, value) for place, value in named if may_be_old_font(shown(value))]
        if old and len(old) * 100 > len(named) * OLD_FONT_SHARE:
            raise SheetRefused("sheet_old_font", min((place for place, _value in old), key=lambda place: place.row))
        for place, value in old:
            if not is_old_font(shown(value)):
                self._faults.warn("may_be_old_font", place)
