"""Writes a OneRoster package: rows go to disk as they come, then into a zip without a clock in it."""

from __future__ import annotations

import csv
import shutil
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import IO, Any

from .headers import HEADERS

# The earliest moment a zip can name: the same rows give the same bytes on any day.
EPOCH = (1980, 1, 1, 0, 0, 0)
READABLE_BY_ALL = 0o644 << 16


class PackageWriter:
    """A context that ends with the finished package at ``out``, or with nothing changed there."""

    def __init__(self, out: Path, manifest: Iterable[Sequence[str]]) -> None:
        self._out, self._manifest = out, manifest
        self._stack = ExitStack()
        self._files: list[IO[str]] = []
        self.counts = dict.fromkeys(HEADERS, 0)

    def __enter__(self) -> PackageWriter:
        # Spooled to disk, because only one member of a zip can be written at a time.
        self._folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="province-")))
        self._writers = {name: self._open(name, header) for name, header in HEADERS.items()}
        return self

    def write(self, name: str, row: Sequence[str]) -> None:
        self._writers[name].writerow(row)
        self.counts[name] += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._stack:
            if error is None:
                self._finish()

    def _open(self, name: str, header: Sequence[str]) -> Any:
        file = self._stack.enter_context((self._folder / f"{name}.csv").open("w", encoding="utf-8", newline=""))
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(header)
        self._files.append(file)
        return writer

    def _finish(self) -> None:
        for file in self._files:
            file.close()
        partial = self._out.with_name(f"{self._out.name}.partial")
        try:
            with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as package:
                self._add_manifest(package)
                for name in HEADERS:
                    self._add(package, self._folder / f"{name}.csv")
            partial.replace(self._out)
        finally:
            partial.unlink(missing_ok=True)

    def _add_manifest(self, package: zipfile.ZipFile) -> None:
        path = self._folder / "manifest.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\r\n").writerows(self._manifest)
        self._add(package, path)

    def _add(self, package: zipfile.ZipFile, path: Path) -> None:
        info = zipfile.ZipInfo(path.name, EPOCH)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = READABLE_BY_ALL
        # Unix on every machine, so that the bytes do not tell where the package was made.
        info.create_system = 3
        info.file_size = path.stat().st_size
        with path.open("rb") as source, package.open(info, "w") as member:
            shutil.copyfileobj(source, member, 1 << 20)
