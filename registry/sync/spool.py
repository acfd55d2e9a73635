"""Rows that may have to be written, kept on disk while a package is read: it need not be read again to write them."""

import os
import tempfile
from collections.abc import Container, Iterator
from contextlib import ExitStack
from typing import Any

import msgspec
from django.conf import settings

from registry.sync.rows import TypedRow

# So many rows are packed together; fewer never leave the memory.
BATCH = 500

Digested = tuple[bytes, TypedRow]
_encoder = msgspec.msgpack.Encoder()


class Spool:
    """Rows of one table with their digests, each id once, in the order in which they came."""

    def __init__(self) -> None:
        self._latest: list[Digested] = []
        self._places: list[tuple[int, int]] = []
        self._end = 0
        self._opened = ExitStack()
        self._file: Any = None
        self._decoder: Any = None

    def add(self, digest: bytes, row: TypedRow) -> None:
        """Keep a row."""
        self._latest.append((digest, row))
        if len(self._latest) == BATCH:
            self._pack(type(row))

    def rows(self, wanted: Container[str]) -> Iterator[Digested]:
        """The rows with these ids, as often as asked for."""
        for place, size in self._places:
            for digest, row in self._decoder.decode(os.pread(self._file.fileno(), size, place)):
                if row.sourced_id in wanted:
                    yield digest, row
        yield from (each for each in self._latest if each[1].sourced_id in wanted)

    def close(self) -> None:
        """Give the disk back."""
        self._opened.close()

    def _pack(self, shape: type[TypedRow]) -> None:
        if self._file is None:
            # Without a name from the start: nobody else can open it, and it goes with the process. Not in the system's
            # folder for such files, which is memory on some machines.
            self._file = self._opened.enter_context(tempfile.TemporaryFile(dir=settings.DATA_DIR))  # noqa: SIM115
            self._decoder = msgspec.msgpack.Decoder(list[tuple[bytes, shape]])  # type: ignore[valid-type]
        packed = _encoder.encode(self._latest)
        self._file.write(packed)
        self._file.flush()
        self._places.append((self._end, len(packed)))
        self._end += len(packed)
        self._latest = []
