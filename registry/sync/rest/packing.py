"""The spooled rows as a OneRoster 1.2 CSV package: from here on a pull is an import like any other."""

import csv
import io
import shutil
import zipfile
from pathlib import Path

from registry.sync.package import KNOWN_FILES
from registry.sync.rest.spool import Spool
from registry.sync.rest.translating import COLLECTIONS, header_of, tables_of

# The earliest moment a zip can name: the same rows make the same bytes on any day, and are known again.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_BLOCK = 1 << 20


def pack(spool: Spool) -> Path:
    """The package, in the spool's folder. Tables without rows are absent, as the standard wants it."""
    path = spool.folder / "package.zip"
    tables = [table for collection in COLLECTIONS for table in tables_of(collection) if spool.state.sizes.get(table)]
    mode = "bulk" if spool.state.is_full else "delta"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(_member("manifest"), _manifest(dict.fromkeys(tables, mode)))
        for table in tables:
            member = _member(table)
            member.file_size = spool.path(table).stat().st_size
            with package.open(member, "w") as file, spool.path(table).open("rb") as rows:
                file.write(_line(header_of(table)))
                shutil.copyfileobj(rows, file, _BLOCK)
    path.chmod(0o600)
    return path


def _manifest(modes: dict[str, str]) -> bytes:
    lines = [("propertyName", "value"), ("manifest.version", "1.0"), ("oneroster.version", "1.2")]
    lines += [(f"file.{name}", modes.get(name, "absent")) for name in KNOWN_FILES if name != "manifest"]
    return b"".join(map(_line, lines))


def _line(cells: tuple[str, ...]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(f"{name}.csv", _EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    return member
