"""A sheet as rows of cells, the same from a workbook and from a text file."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from registry.sync.sheet.faults import Place, SheetRefused

# The largest schools have 5,000 pupils.
MOST_ROWS = 20_000
# Formatted rows without content, which a slip of Ctrl+End leaves behind.
MOST_EMPTY_ROWS = 50_000
MOST_COLUMNS = 200
LONGEST_TEXT = 2_000
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f]")


class Marker(Enum):
    """A cell that holds no value of its own."""

    FORMULA = "formula"


Value = str | int | float | dt.date | Marker | None


@dataclass(frozen=True, slots=True)
class Line:
    """A row that is not empty, with its number in the sheet."""

    number: int
    cells: tuple[Value, ...]

    def value(self, column: int) -> Value:
        """The cell in this column, counted from 1; nothing beyond the row's end."""
        return self.cells[column - 1] if column <= len(self.cells) else None

    def filled(self) -> Iterator[tuple[int, Value]]:
        """Column and value of every cell that is not empty."""
        return ((column, value) for column, value in enumerate(self.cells, 1) if value is not None)


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. A text file has one, without a title."""

    title: str
    lines: list[Line]

    def place(self, row: int, column: int = 0) -> Place:
        """The name of a cell of this sheet."""
        return Place(self.title, row, column)


class GridMaker:
    """Takes rows one after the other and refuses what no school's list can be."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._lines: list[Line] = []
        self._empty = 0

    def add(self, number: int, cells: list[Value]) -> None:
        """Take a row; one without content is counted and forgotten."""
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            self._empty += 1
        elif len(cells) > MOST_COLUMNS:
            raise SheetRefused("sheet_too_wide", Place(self._title, number, len(cells)))
        else:
            self._lines.append(Line(number, tuple(cells)))
        if self._empty > MOST_EMPTY_ROWS or len(self._lines) > MOST_ROWS:
            raise SheetRefused("sheet_too_long", Place(self._title, number))

    def made(self) -> Grid:
        """The sheet."""
        return Grid(self._title, self._lines)


def text_of(raw: str) -> str | None:
    """A cell's text: composed letters, plain single spaces, nothing invisible; None when nothing is left."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", raw[:LONGEST_TEXT]))
    return " ".join(text.split()) or None


def shown(value: Value) -> str:
    """A value as text, whatever type the program gave it: 12.0 reads 12, a date reads YYYY-MM-DD."""
    if value is None or isinstance(value, Marker):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.date):
        return value.strftime("%Y-%m-%d")
    return str(value)
