"""Reads .xlsx: cells as they are stored, nothing computed, nothing followed."""

import datetime as dt
import zipfile
import zlib
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from registry.sync.sheet.faults import FaultBook, Place, SheetRefused
from registry.sync.sheet.grid import Grid, GridMaker, Marker, Value, text_of
from registry.sync.sheet.xml_parts import vet_parts

# What openpyxl raises over parts that contradict each other; it has no error of its own for them.
_DAMAGE = (
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError, SyntaxError, AssertionError),
    *(zipfile.BadZipFile, zlib.error, EOFError, InvalidFileException),
)
MOST_SHEETS = 100


def read_workbook(path: Path, faults: FaultBook) -> list[Grid]:
    """The visible sheets of a workbook. Refuses damage and whatever could harm the reader."""
    sheets = vet_parts(path)
    try:
        # Values that a program computed are not read: what a formula gave depends on who saved the file last.
        book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
        try:
            if len(book.worksheets) > MOST_SHEETS:
                raise SheetRefused("sheet_too_many_sheets")
            if len(book.sheetnames) < sheets:
                # A sheet whose part is not there is passed over without a word; its people would seem to have left.
                raise SheetRefused("sheet_damaged")
            return [_grid(sheet) for sheet in book.worksheets if _is_visible(sheet, faults)]
        finally:
            book.close()
    except _DAMAGE as error:
        raise SheetRefused("sheet_damaged") from error


def _is_visible(sheet: Any, faults: FaultBook) -> bool:
    if sheet.sheet_state == "visible":
        return True
    # What nobody sees nobody checks: last year's list, as a rule.
    faults.warn("sheet_hidden", Place(sheet.title))
    return False


def _grid(sheet: Any) -> Grid:
    # Many programs write a wrong size of the sheet; rows beyond it would be lost without a word.
    sheet.reset_dimensions()
    maker = GridMaker(sheet.title)
    for number, row in enumerate(sheet.iter_rows(), 1):
        maker.add(number, [_value(cell) for cell in row])
    return maker.made()


def _value(cell: Any) -> Value:
    if cell.data_type == "f":
        return Marker.FORMULA
    value = cell.value
    if isinstance(value, str):
        return text_of(value)
    if isinstance(value, dt.datetime):
        return value.date()
    if value is None or isinstance(value, int | float | dt.date):
        return value
    return text_of(str(value))
