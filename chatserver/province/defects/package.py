"""A package in memory, file by file, to be damaged and written again."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chatserver.province.package import EPOCH

Table = list[list[str]]


@dataclass
class Contents:
    """The bytes of each file under its name; only for packages that fit in memory."""

    files: dict[str, bytes]

    @classmethod
    def read(cls, path: Path) -> Contents:
        with zipfile.ZipFile(path) as package:
            return cls({name: package.read(name) for name in package.namelist()})

    def write(self, path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for name, data in self.files.items():
                info = zipfile.ZipInfo(name, EPOCH)
                info.compress_type = zipfile.ZIP_DEFLATED
                package.writestr(info, data)

    def table(self, name: str) -> Table:
        return list(csv.reader(io.StringIO(self.files[f"{name}.csv"].decode(), newline="")))

    def put(self, name: str, table: Table, *, delimiter: str = ",") -> None:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(table)
        self.files[f"{name}.csv"] = text.getvalue().encode()

    def change(self, name: str, edit: Callable[[Table], Table | None]) -> None:
        """Edit a table in place or answer with a new one; the first row is the header."""
        table = self.table(name)
        self.put(name, edit(table) or table)

    def set(self, name: str, column: str, edit: Callable[[str], str], *, rows: slice | None = None) -> None:
        """Edit one column of some data rows, all of them unless told."""
        table = self.table(name)
        place = table[0].index(column)
        for row in table[1:][rows or slice(None)]:
            row[place] = edit(row[place])
        self.put(name, table)
