"""The rows that could not be taken, as a workbook to be repaired and sent again."""

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from registry.sync.codes import sentence
from registry.sync.sheet.faults import Fault, FaultBook, Severity
from registry.sync.sheet.grid import Grid, Line, Marker, Value
from registry.sync.sheet.opening import read_file


def error_file(path: Path, name: str, faults: Iterable[Fault], header_rows: dict[str, int]) -> bytes:
    """The file's header and bad rows with what is wrong with each, as .xlsx; `header_rows` gives the header's by sheet.

    For whoever sent the file and nobody else: it holds what they sent. Nothing in it runs. Raises SheetRefused.
    """
    by_row: dict[tuple[str, int], list[Fault]] = defaultdict(list)
    for fault in faults:
        if fault.severity != Severity.WARNING and fault.place.row:
            by_row[fault.place.sheet, fault.place.row].append(fault)
    book = Workbook(write_only=True)
    for grid in read_file(path, name, FaultBook()):
        bad = [line for line in grid.lines if (grid.title, line.number) in by_row]
        if bad:
            sheet = book.create_sheet(grid.title or _("List"))
            for cells in _rows(grid, bad, header_rows.get(grid.title, 0), by_row):
                sheet.append([_inert(sheet, each) for each in cells])
    if not book.worksheets:
        book.create_sheet(_("List"))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _rows(
    grid: Grid, bad: list[Line], header_row: int, by_row: dict[tuple[str, int], list[Fault]]
) -> Iterator[list[Value]]:
    header = next((list(line.cells) for line in grid.lines if line.number == header_row), [])
    width = max(len(header), *(len(line.cells) for line in bad))
    # First, for a clerk looks there first; read again it is a column that is not known.
    yield [_("Error"), *header]
    for line in bad:
        yield [_told(by_row[grid.title, line.number]), *line.cells, *[None] * (width - len(line.cells))]


def _told(faults: list[Fault]) -> str:
    return " ".join(f"{fault.place}: {sentence(fault.code, fault.severity)}" for fault in faults)


def _inert(sheet: Any, value: Value) -> Any:
    """The value as text that no program computes, wherever it is opened."""
    if isinstance(value, Marker):
        value = ""
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"
        # Kept by a program that saves the sheet anew: the cell stays text even when it begins like a formula.
        cell.quotePrefix = True
    return cell
