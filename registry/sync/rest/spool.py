"""What a pull has read so far, on disk: the rows of a CSV package in the making, and how far the provider was read.

Rows first, then the state that counts them, each made sure of: a killed pull goes on after its last whole page. The
folder holds people's data; nobody but the server reads it, and it goes when the pull is over.
"""

import csv
import datetime as dt
import io
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Self

import msgspec

_STATE = "state.json"
# Cells beyond this are no cells; the rows that hold them are set aside when the package is read.
_LONGEST_CELL = 20_000

Row = Sequence[str]


class Progress(msgspec.Struct):
    """How far one collection was read, and what was seen on the way."""

    # The address of the page to read next; empty when the first one is.
    next: str = ""
    pages: int = 0
    rows: int = 0
    total: int | None = None
    # The newest dateLastModified, and whether some row had none: then nothing can be asked for by date.
    newest: dt.datetime | None = None
    is_undated: bool = False
    # Rows older than asked for came: the provider reads past the filter.
    is_unfiltered: bool = False
    readings: int = 1
    is_done: bool = False


class State(msgspec.Struct):
    """A pull of this provider: everything (`since` empty), or what changed since a moment for each collection."""

    began: dt.datetime
    endpoint: str
    since: dict[str, dt.datetime]
    # How much of a question the provider understands: see registry/sync/rest/questions.py.
    plainness: int = 0
    collections: dict[str, Progress] = msgspec.field(default_factory=dict)
    # Bytes of each table's file that count.
    sizes: dict[str, int] = msgspec.field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        """Whether everything is read, so that absence means something."""
        return not self.since


class Spool:
    """One pull's folder. `append` rows, then `keep` them: what was not kept is gone when the process is."""

    def __init__(self, folder: Path, state: State) -> None:
        self.folder = folder
        self.state = state

    @classmethod
    def begin(cls, folder: Path, state: State) -> Self:
        """An empty folder in place of whatever was there."""
        cls.remove_at(folder)
        folder.mkdir(mode=0o700, parents=True)
        spool = cls(folder, state)
        spool.keep()
        return spool

    @classmethod
    def found(cls, folder: Path) -> Self | None:
        """What an earlier pull left here, back at its last kept page; None when there is nothing to go on with."""
        try:
            state = msgspec.json.decode((folder / _STATE).read_bytes(), type=State)
        except (OSError, msgspec.DecodeError):
            return None
        spool = cls(folder, state)
        return spool if spool._rewind() else None

    def append(self, table: str, rows: Iterable[Row]) -> None:
        """Write rows behind the others."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerows([_cell(value) for value in row] for row in rows)
        # A lone half of a surrogate pair, which JSON can say and UTF-8 cannot, becomes a question mark.
        written = text.getvalue().encode("utf-8", "replace")
        with self._open(table) as file:
            file.write(written)
            file.flush()
            os.fsync(file.fileno())
            self.state.sizes[table] = file.tell()

    def keep(self) -> None:
        """Make sure of the state, and with it of everything appended."""
        fresh = self.folder / f"{_STATE}.new"
        with open(fresh, "wb", opener=_private) as file:
            file.write(msgspec.json.encode(self.state))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.folder / _STATE)
        place = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)

    def forget(self, tables: Iterable[str]) -> None:
        """Throw away what was read of these tables."""
        for table in tables:
            self.state.sizes.pop(table, None)
            self.path(table).unlink(missing_ok=True)

    def ids(self, table: str) -> set[int]:
        """A number for each sourcedId (the first cell) in a table."""
        if table not in self.state.sizes:
            return set()
        with self.path(table).open(encoding="utf-8", newline="") as file:
            return {number_of(row[0]) for row in csv.reader(file)}

    def tables(self) -> Iterator[str]:
        """The tables that have rows."""
        return (table for table, size in self.state.sizes.items() if size)

    def path(self, table: str) -> Path:
        """A table's file: rows without a header."""
        return self.folder / f"{table}.csv"

    def remove(self) -> None:
        """The pull is over."""
        self.remove_at(self.folder)

    @staticmethod
    def remove_at(folder: Path) -> None:
        """No spool is there any more, whatever state it was in."""
        shutil.rmtree(folder, ignore_errors=True)

    def _open(self, table: str) -> io.BufferedWriter:
        return open(self.path(table), "ab", opener=_private)

    def _rewind(self) -> bool:
        """Cut each file back to what the state counts; False when less is there."""
        for path in self.folder.glob("*.csv"):
            size = self.state.sizes.get(path.stem, 0)
            if path.stat().st_size < size:
                return False
            os.truncate(path, size)
        return all(self.path(table).exists() for table in self.state.sizes)


def number_of(sourced_id: str) -> int:
    """A number that no other sourcedId has, for all that matters: a million ids in a set of ids cost three times as much."""
    return int.from_bytes(blake2b(sourced_id.encode("utf-8", "replace"), digest_size=7).digest(), "big")


def _cell(value: str) -> str:
    """A cell of one line: a line break in a name is a slip, and in CSV it costs the row."""
    if len(value) > _LONGEST_CELL:
        value = value[:_LONGEST_CELL]
    return " ".join(value.split()) if "\n" in value or "\r" in value else value


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
