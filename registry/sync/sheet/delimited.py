"""Reads text tables: UTF-8 with or without a mark, UTF-16 of Excel's "Unicode Text"; commas, semicolons or tabs."""

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from registry.sync.csv_file import LONGEST_CELL
from registry.sync.sheet.faults import Place, SheetRefused
from registry.sync.sheet.grid import Grid, GridMaker, text_of
from registry.sync.sheet.headers import count_known

SEPARATORS = (",", ";", "\t")
# School, title, date: the header is never further down.
LOOKED_AT = 40


def read_text(path: Path) -> Grid:
    """The table in a text file, whatever separates its cells."""
    text = _decoded(path.read_bytes())
    maker = GridMaker("")
    for number, cells in _records(text, _separator(text)):
        maker.add(number, [text_of(cell) for cell in cells])
    return maker.made()


def _decoded(data: bytes) -> str:
    try:
        is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = data.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise SheetRefused("sheet_not_utf8") from error
    if "\0" in text:
        raise SheetRefused("sheet_unknown_form")
    return text


def _separator(text: str) -> str:
    """The one under which a header can be read: counting would be misled by decimal commas."""

    def best(separator: str) -> tuple[int, int]:
        rows: list[list[str]] = []
        # Quotation marks may make no sense under a wrong one; what was read until then tells enough.
        with suppress(SheetRefused):
            rows.extend(cells for _number, cells in islice(_records(text, separator), LOOKED_AT))
        return max((count_known(cells) for cells in rows), default=0), max(map(len, rows), default=0)

    return max(SEPARATORS, key=best)


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Number of the first line and cells of every record."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SheetRefused("sheet_unclosed_quote", Place("", line)) from error
        # "sep=;" is a note to Excel, and no row.
        if line > 1 or not cells or not cells[0].lower().startswith("sep="):
            yield line, cells
