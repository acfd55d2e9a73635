"""Reads the XML of a workbook through once before anything builds on it: no declarations, no depth, no endless rows."""

import zipfile
from pathlib import Path
from typing import IO
from xml.parsers import expat

from registry.sync.package import MEGABYTE
from registry.sync.sheet.faults import SheetRefused
from registry.sync.sheet.grid import MOST_EMPTY_ROWS, MOST_ROWS

MOST_ELEMENTS = 2_000_000
# A sheet keeps its cells four levels deep; themes and styles go to a dozen.
DEEPEST = 100
# Cells of a row, formatted empty ones too: what a slip formats goes to XFD, 16,384.
MOST_CELLS = 2_000
READ = ("xl/", "_rels/", "docprops/", "[content_types].xml")


def vet_parts(path: Path) -> int:
    """Refuse a workbook with an XML part that could do harm to its reader; returns how many sheets it says it has.

    The archive itself must be vetted before.
    """
    sheets = 0
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            name = member.filename.lower()
            if name.startswith(READ) and name.endswith((".xml", ".rels")):
                try:
                    with archive.open(member) as stream:
                        part = _Part()
                        part.read(stream)
                except (zipfile.BadZipFile, expat.ExpatError, EOFError, OSError) as error:
                    raise SheetRefused("sheet_damaged") from error
                sheets += part.sheets if name == "xl/workbook.xml" else 0
    return sheets


class _Part:
    def __init__(self) -> None:
        self.sheets = 0
        self._depth = self._elements = self._rows = self._cells = 0

    def read(self, stream: IO[bytes]) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._declared
        parser.EntityDeclHandler = self._declared
        parser.StartElementHandler = self._started
        parser.EndElementHandler = self._ended
        while chunk := stream.read(MEGABYTE):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def _declared(self, *_declaration: object) -> None:
        # No program writes a document type into a workbook: it is there for what entities can do.
        raise SheetRefused("sheet_xml_attack")

    def _started(self, name: str, _attributes: object) -> None:
        self._depth += 1
        self._elements += 1
        local = name.rpartition(":")[2]
        if local == "row":
            self._rows += 1
            self._cells = 0
            if self._rows > MOST_ROWS + MOST_EMPTY_ROWS:
                raise SheetRefused("sheet_too_long")
        elif local == "sheet":
            self.sheets += 1
        elif local == "c":
            self._cells += 1
            if self._cells > MOST_CELLS:
                raise SheetRefused("sheet_too_wide")
        if self._depth > DEEPEST or self._elements > MOST_ELEMENTS:
            raise SheetRefused("sheet_bomb")

    def _ended(self, _name: str) -> None:
        self._depth -= 1
