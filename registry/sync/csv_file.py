"""Reads one CSV file of a package row by row: UTF-8, commas, a header with the standard's names."""

import csv
import re
from collections.abc import Iterator
from io import StringIO
from operator import itemgetter
from zipfile import ZipExtFile

from registry.sync.columns import Columns
from registry.sync.errors import PackageRefused
from registry.sync.issues import IssueBook, file_of
from registry.sync.package import Package

LONGEST_LINE = 1 << 20
# So much of a file is read at a time.
BLOCK = 1 << 18
# A cell over so many lines is not an address with line breaks but the rows behind an open quote.
MOST_LINES = 10
# A cell longer than this is no cell but the rest of a file behind an open quote.
LONGEST_CELL = 100_000
# How the csv module says that a quotation mark was not closed.
OPEN_QUOTE = ("unexpected end", "field limit")
BOM = b"\xef\xbb\xbf"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
GUID = re.compile(r"[A-Za-z0-9.\-_/@]{1,255}")
# Outside the standard's alphabet, yet seen in the field and harmless: printable, no space, comma or quote.
TOLERATED_GUID = re.compile(r"[!#-+\--~]{1,255}")

Row = tuple[str, ...]


class CsvFile:
    """One file of a package, its header checked. `rows` yields the kept columns of each well-formed row, in their order."""

    def __init__(self, package: Package, table: str, columns: Columns, issues: IssueBook) -> None:
        self._package = package
        self.table = table
        self._columns = columns
        self._issues = issues
        self._header = read_header(package, table)
        positions = _positions(self._header, table, columns, issues)
        # A column that the file lacks reads as the empty cell appended behind every row.
        self._pick = itemgetter(*(positions.get(name, len(self._header)) for name in columns.kept))
        self._id_first = positions["sourcedId"] == 0

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Line number and kept cells of every row that is a row; the others are quarantined."""
        width = len(self._header)
        with self._package.open(self.table) as stream:
            reading = _Reading(stream, self.table)
            for line, last_line, cells in reading.records(self._issues):
                if line == 1:
                    continue
                if (code := reading.code_of(line, last_line, len(cells), width)) is None:
                    cells.append("")
                    yield line, self._pick(cells)
                elif cells:
                    self._set_aside(code, line, cells, trusted=last_line == line)

    def _set_aside(self, code: str, line: int, cells: list[str], *, trusted: bool) -> None:
        # The first cell of a row with a cell too few is still its id; of a row over several lines it may be anyone's.
        readable = trusted and self._id_first and GUID.fullmatch(cells[0])
        self._issues.quarantine(self.table, code, line=line, sourced_id=cells[0] if readable else "")


class _Reading:
    """One pass over a file's lines, remembering what the csv module does not tell."""

    def __init__(self, stream: ZipExtFile, table: str) -> None:
        self._stream = stream
        self._table = table
        self._forbidden_lines: dict[int, str] = {}
        self._ends_with_newline = True
        self._reader = csv.reader(self._lines(), strict=True)

    def records(self, issues: IssueBook) -> Iterator[tuple[int, int, list[str]]]:
        """First line, last line and cells of every record that parses."""
        csv.field_size_limit(LONGEST_CELL)
        while True:
            line = self._reader.line_num + 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                if self._reader.line_num > line or any(word in str(error) for word in OPEN_QUOTE):
                    raise PackageRefused("unclosed_quote", file=file_of(self._table), line=line) from error
                issues.quarantine(self._table, "malformed_row", line=line)
                continue
            yield line, self._reader.line_num, cells

    def code_of(self, line: int, last_line: int, found: int, width: int) -> str | None:
        """What is wrong with the record on these lines, or None. A row cut off at the end of the file refuses the package."""
        if last_line - line > MOST_LINES:
            raise PackageRefused("unclosed_quote", file=file_of(self._table), line=line)
        if line != last_line:
            return "line_break_in_cell"
        if line in self._forbidden_lines:
            return self._forbidden_lines[line]
        if found == width:
            return None
        if 0 < found < width and not self._ends_with_newline:
            raise PackageRefused("file_truncated", file=file_of(self._table), line=line)
        return "ragged_row"

    def _lines(self) -> Iterator[str]:
        number, rest = 0, b""
        while block := self._stream.read(BLOCK):
            whole, newline, rest = (rest + block).rpartition(b"\n")
            # Only the line that began before this block can be longer than one.
            self._refuse_long(len(whole.partition(b"\n")[0]), number + 1)
            for line in self._decoded(whole + newline, number):
                number += 1
                yield line
            self._refuse_long(len(rest), number + 1)
        if rest:
            self._ends_with_newline = False
            yield from self._decoded(rest, number)

    def _refuse_long(self, size: int, line: int) -> None:
        if size > LONGEST_LINE:
            raise PackageRefused("line_too_long", file=file_of(self._table), line=line)

    def _decoded(self, lines: bytes, before: int) -> Iterator[str]:
        """These whole lines, of which the first stands behind `before` others. All at once, and one by one only where
        something is wrong with one of them."""
        lines = lines.removeprefix(BOM) if before == 0 else lines
        try:
            text = lines.decode("utf-8")
        except UnicodeDecodeError:
            for number, line in enumerate(lines.split(b"\n"), before + 1):
                _decoded(line, self._table, number)
            raise
        # Of all that Python takes for the end of a line only this one is.
        found = StringIO(text, newline="\n")
        if _FORBIDDEN.search(text):
            for number, each in enumerate(found, before + 1):
                if _FORBIDDEN.search(each):
                    self._forbidden_lines[number] = "null_character" if "\0" in each else "control_character"
            found.seek(0)
        return found


def read_header(package: Package, table: str) -> list[str]:
    """The column names of a file, as it writes them."""
    with package.open(table) as stream:
        raw = stream.readline(LONGEST_LINE).removeprefix(BOM)
    text = _decoded(raw, table, 1)
    if not text.strip():
        raise PackageRefused("no_header", file=file_of(table), line=1)
    for separator, code in ((";", "semicolon_separated"), ("\t", "tab_separated")):
        if separator in text and "," not in text:
            raise PackageRefused(code, file=file_of(table), line=1)
    try:
        header = next(csv.reader([text], strict=True))
    except csv.Error as error:
        raise PackageRefused("no_header", file=file_of(table), line=1) from error
    return [name.strip() for name in header]


def _positions(header: list[str], table: str, columns: Columns, issues: IssueBook) -> dict[str, int]:
    """Where each wanted column stands. Order and case are tolerated, a missing required column is not."""
    wanted = {name.lower(): name for name in (*columns.standard, *columns.kept)}
    positions: dict[str, int] = {}
    for place, written in enumerate(header):
        name = wanted.get(written.lower())
        if name is None:
            _note_stranger(written, table, issues)
            continue
        if name in positions:
            raise PackageRefused("duplicate_column", file=file_of(table), line=1, column=name)
        if written != name:
            issues.warn(table, "header_case", line=1, column=name)
        positions[name] = place
    for name in columns.standard:
        if name in columns.required and name not in positions:
            raise PackageRefused("missing_column", file=file_of(table), line=1, column=name)
        if name not in positions:
            issues.warn(table, "missing_optional_column", line=1, column=name)
    found = [name for name in positions if name in columns.standard]
    if found != [name for name in columns.standard if name in positions]:
        issues.warn(table, "header_order", line=1)
    return positions


def _note_stranger(written: str, table: str, issues: IssueBook) -> None:
    if not written:
        issues.warn(table, "nameless_column", line=1)
    elif not written.lower().startswith("metadata."):
        issues.warn(table, "unknown_column", line=1)


def _decoded(raw: bytes, table: str, line: int) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PackageRefused("not_utf8", file=file_of(table), line=line) from error
