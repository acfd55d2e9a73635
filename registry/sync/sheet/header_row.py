"""Finds the header of a sheet under its title rows, and what each column means."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from registry.sync.sheet import columns as c
from registry.sync.sheet.faults import SheetRefused
from registry.sync.sheet.grid import Grid, Line, shown
from registry.sync.sheet.headers import Guess, fold_header, meaning_of

# School, title, date, remarks.
LOOKED_AT = 40
# A row that says three things we know is a header; one that says two may be a sentence.
FEWEST_KNOWN = 3
_CLASS_IN_TITLE = re.compile(
    r"\b(?:lớp|lop)\s*:?\s*(\d{1,2}\s?[A-ZĐ]\d{0,2}(?!\w)|[\w./]+(?:\s\d{1,2}(?!\d))?)", re.IGNORECASE
)
NAMES = frozenset({c.NAME, c.GIVEN})


@dataclass(frozen=True, slots=True)
class Heading:
    """One column's header as the file writes it, and what it would mean."""

    column: int
    text: str
    folded: str
    guess: Guess

    @property
    def is_read(self) -> bool:
        """Whether the column is read by this meaning: only when nobody has to be asked."""
        return self.guess.confidence >= 1.0


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one sheet. `row` is its last row; `above` the title rows over it."""

    grid: Grid
    row: int
    headings: tuple[Heading, ...]
    above: tuple[str, ...]

    @property
    def columns(self) -> dict[str, int]:
        """Column numbers by meaning, of what is read."""
        return {each.guess.meaning: each.column for each in self.headings if each.is_read}

    @property
    def score(self) -> int:
        """How many different things are known."""
        return len({each.guess.meaning for each in self.headings if each.is_read})

    @property
    def is_one(self) -> bool:
        """Whether this can be the header of a list of people."""
        return self.score >= FEWEST_KNOWN and not NAMES.isdisjoint(self.columns)

    def refuse_doubles(self) -> None:
        """Refuse a header in which two columns mean the same: nobody could say which one holds."""
        seen: set[str] = set()
        for each in self.headings:
            if not each.is_read or each.guess.meaning in {c.NOT_KEPT, c.NUMBER}:
                continue
            if each.guess.meaning in seen:
                raise SheetRefused("sheet_column_twice", self.grid.place(self.row, each.column), about=each.text)
            seen.add(each.guess.meaning)


def find_header(grid: Grid, mapping: Mapping[str, str]) -> Header | None:
    """The row, or two rows with groups over them, that says the most; None where no row is a header."""
    best: Header | None = None
    for place, line in enumerate(grid.lines[:LOOKED_AT]):
        above = grid.lines[place - 1] if place else None
        alone = _header(grid, place, _texts(line), mapping)
        grouped = _header(grid, place, _grouped(above, line), mapping) if above else alone
        for found in (alone, grouped):
            if found.is_one and (best is None or found.score > best.score):
                best = found
    return best


def likely_header(grid: Grid, mapping: Mapping[str, str]) -> Header | None:
    """The row to ask about where none can be read: the one that is most like a header."""
    rows = [_header(grid, place, _texts(line), mapping) for place, line in enumerate(grid.lines[:LOOKED_AT])]
    likely = [each for each in rows if len(each.headings) >= FEWEST_KNOWN]
    return max(likely, key=lambda each: sum(one.guess.confidence for one in each.headings), default=None)


def class_in_title(header: Header) -> str:
    """The class that the sheet is about by its title rows ("Danh sách học sinh lớp 6A1"), or its own title ("6A1")."""
    for text in header.above:
        if found := _CLASS_IN_TITLE.search(text):
            return found[1]
    return header.grid.title


def _header(grid: Grid, place: int, texts: dict[int, str], mapping: Mapping[str, str]) -> Header:
    headings = []
    for column, text in texts.items():
        folded = fold_header(text)
        guess = meaning_of(folded, mapping)
        if not guess.meaning and "\n" in text:
            # The group over it may say nothing: "Thông tin chung".
            guess = meaning_of(fold_header(text.rpartition("\n")[2]), mapping)
        headings.append(Heading(column, text.replace("\n", " / "), folded, guess))
    above = tuple(shown(value) for line in grid.lines[:place] for _column, value in line.filled())
    return Header(grid, grid.lines[place].number, tuple(headings), above)


def _texts(line: Line) -> dict[int, str]:
    return {column: shown(value) for column, value in line.filled() if isinstance(value, str)}


def _grouped(above: Line, line: Line) -> dict[int, str]:
    """Texts of two header rows together. A merged group stands in the first of its columns only."""
    over, under = _texts(above), _texts(line)
    joined: dict[int, str] = {}
    group = ""
    for column in range(1, max((*over, *under), default=0) + 1):
        group = over.get(column, group)
        if column in under:
            joined[column] = f"{group}\n{under[column]}" if group else under[column]
        elif column in over:
            joined[column] = over[column]
    return joined
