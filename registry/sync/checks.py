"""Checks of single cells. What is wrong but clear is tolerated and noted; what is unclear sets the row aside."""

import datetime as dt
import re
import unicodedata
from functools import lru_cache

from registry.sync.csv_file import GUID, TOLERATED_GUID, Row
from registry.sync.errors import BadCell
from registry.sync.issues import IssueBook
from registry.sync.vocabulary import BOOLEAN, OTHER_BOOLEANS, Vocabulary

# A cell that a spreadsheet would run is no name; nor would anyone find the person by it.
_FORMULA = ("=", "+", "@")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Cells:
    """One row's cells by column name. Filled anew for every row, so that half a million rows cost no half million objects."""

    def __init__(self, table: str, names: tuple[str, ...], issues: IssueBook) -> None:
        self.table = table
        self._places = {name: place for place, name in enumerate(names)}
        self._issues = issues
        self._values: Row = ()
        self.line = 0
        self.sourced_id = ""

    def load(self, line: int, values: Row) -> None:
        """Take the next row; its id is checked first, for everything else is reported under it."""
        self.take(line, values, "")
        self.sourced_id = self.guid("sourcedId", required=True)

    def take(self, line: int, values: Row, sourced_id: str) -> None:
        """Take the next row, whose id was checked elsewhere."""
        self.line, self._values, self.sourced_id = line, values, sourced_id

    def warn(self, column: str, code: str) -> None:
        """Note that this row's cell was tolerated."""
        self._issues.warn(self.table, code, line=self.line, column=column, sourced_id=self.sourced_id)

    def raw(self, column: str) -> str:
        """The cell without surrounding spaces."""
        return self._values[self._places[column]].strip()

    def text(self, column: str, *, required: bool = False, longest: int = 255) -> str:
        """The cell as NFC text."""
        value = self.raw(column)
        if not value.isascii():
            value = unicodedata.normalize("NFC", value)
        if required and not value:
            raise BadCell("missing_value", column)
        if len(value) > longest:
            raise BadCell("too_long", column)
        return value

    def name(self, column: str, *, required: bool = False) -> str:
        """A part of a person's name."""
        value = self.text(column, required=required)
        if value.startswith(_FORMULA):
            raise BadCell("formula_in_cell", column)
        return value

    def guid(self, column: str, *, required: bool = False) -> str:
        """A sourcedId; empty only where it may be."""
        value = self.raw(column)
        if GUID.fullmatch(value) or (not value and not required):
            return value
        if not value:
            raise BadCell("missing_value", column)
        if not TOLERATED_GUID.fullmatch(value):
            raise BadCell("bad_identifier", column)
        self.warn(column, "identifier_alphabet")
        return value

    def guids(self, column: str) -> tuple[str, ...]:
        """A comma list of sourcedIds, each once, in order."""
        value = self.raw(column)
        if not value:
            return ()
        parts = tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
        if not all(TOLERATED_GUID.fullmatch(part) for part in parts):
            raise BadCell("bad_identifier", column)
        return parts

    def word(self, column: str, words: Vocabulary, *, required: bool = True, extensible: bool = True) -> str:
        """A word of a vocabulary in its standard spelling, or an `ext:` word where the vocabulary is open."""
        value = self.raw(column)
        if not value and not required:
            return ""
        standard = words.get(value.lower())
        if standard is None:
            if extensible and value.startswith("ext:") and len(value) <= 30:
                return value
            raise BadCell("unknown_word" if value else "missing_value", column)
        if standard != value:
            self.warn(column, "vocabulary_case")
        return standard

    def optional_word(self, column: str, words: Vocabulary) -> str:
        """A word of one of our own metadata columns; an unknown one is noted and read as empty."""
        value = self.raw(column)
        found = words.get(value.lower(), "")
        if value and not found:
            self.warn(column, "unknown_metadata")
        return found

    def truth(self, column: str, *, default: bool | None = None) -> bool:
        """true or false, also as spreadsheets write them; `default` where the cell may be empty."""
        value = self.raw(column)
        if not value and default is not None:
            return default
        standard = BOOLEAN.get(value.lower()) or OTHER_BOOLEANS.get(value.lower())
        if standard is None:
            raise BadCell("bad_boolean" if value else "missing_value", column)
        if standard != value:
            self.warn(column, "vocabulary_case")
        return standard == "true"

    def day(self, column: str, *, inclusive: bool = False) -> dt.date | None:
        """A date, None when empty; `inclusive` ends are moved to the first day after, as the registry keeps them."""
        value = self.raw(column)
        if not value:
            return None
        day = parse_day(value)
        if day is None:
            raise BadCell("bad_date", column)
        return day + dt.timedelta(days=1) if inclusive else day

    def required_day(self, column: str, *, inclusive: bool = False) -> dt.date:
        """A date that must be there."""
        day = self.day(column, inclusive=inclusive)
        if day is None:
            raise BadCell("missing_value", column)
        return day

    def moment(self, column: str) -> dt.datetime | None:
        """A time in UTC; an unreadable one is noted and dropped, nothing is derived from it in a bulk package."""
        value = self.raw(column)
        if not value:
            return None
        found = parse_moment(value)
        if found is None:
            self.warn(column, "bad_time")
        return found


def in_order(begins: dt.date | None, ends: dt.date | None, column: str) -> None:
    """Refuse a period that ends before it begins."""
    if begins and ends and ends < begins:
        raise BadCell("end_before_begin", column)


def parse_moment(value: str) -> dt.datetime | None:
    """The time in UTC, or None. Without an offset it is UTC, as the standard wants it."""
    try:
        found = dt.datetime.fromisoformat(value)
        return found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=4096)
def parse_day(value: str) -> dt.date | None:
    """The date written YYYY-MM-DD, or None."""
    if not _DAY.fullmatch(value):
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None
