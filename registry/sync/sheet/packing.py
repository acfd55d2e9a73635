"""The rows as a OneRoster 1.2 delta package: from here on a spreadsheet is an import like any other."""

import csv
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

from registry.sync import columns
from registry.sync.sheet.tables import Tables
from registry.sync.tables import CLASSES, ENROLMENTS, ROLES, SESSIONS, TABLES, USERS

# The same people make the same bytes on any day, and are known again.
_EPOCH = (1980, 1, 1, 0, 0, 0)
# A delta must say when a row changed, which no spreadsheet knows. Always the same: then the later import wins.
_MOMENT = "2000-01-01T00:00:00Z"
_COLUMNS = {
    SESSIONS: columns.SESSIONS,
    CLASSES: columns.CLASSES,
    USERS: columns.USERS_1_2,
    ROLES: columns.ROLES,
    ENROLMENTS: columns.ENROLMENTS,
}


def write_package(tables: Tables, path: Path) -> None:
    """Write the package. Tables without rows are absent, as the standard wants it."""
    filled = [table for table in _COLUMNS if tables.lines(table)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        modes = [(f"file.{table}", "delta" if table in filled else "absent") for table in TABLES]
        head = [("propertyName", "value"), ("manifest.version", "1.0"), ("oneroster.version", "1.2")]
        package.writestr(_member("manifest"), _csv([*head, *modes]))
        for table in filled:
            package.writestr(_member(table), _csv(_rows(tables, table)))


def _rows(tables: Tables, table: str) -> Iterable[Iterable[str]]:
    own = [name for name in _COLUMNS[table].kept if name.startswith("metadata.")]
    header = (*_COLUMNS[table].standard, *own)
    yield header
    for sourced_id, status, cells in tables.lines(table):
        known = {**cells, "sourcedId": sourced_id, "status": status, "dateLastModified": _MOMENT}
        yield [known.get(name, "") for name in header]


def _csv(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(f"{name}.csv", _EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    return member
