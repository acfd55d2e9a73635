"""Opens a package and refuses what is no honest zip of CSV files, before a byte of it is unpacked."""

import hashlib
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from registry.sync.errors import PackageRefused
from registry.sync.issues import IssueBook

MEGABYTE = 1 << 20
# The standard knows 22 files; the rest is room for a reader's notes.
MOST_FILES = 64
# Ten times a province of 900,000 enrolments.
MOST_UNPACKED = 2048 * MEGABYTE
# CSV of a registry packs 5 to 20 to one, the most uniform enrolments 60 to one; a bomb 1,000 to one.
MOST_RATIO = 200
RATIO_COUNTS_FROM = 4 * MEGABYTE
KNOWN_FILES = (
    *("manifest", "academicSessions", "categories", "classes", "classResources", "courses", "courseResources"),
    *("demographics", "enrollments", "lineItemLearningObjectiveIds", "lineItems", "lineItemScoreScales", "orgs"),
    *("resources", "resultLearningObjectiveIds", "results", "resultScoreScales", "roles", "scoreScales"),
    *("userProfiles", "userResources", "users"),
)
_BY_LOWER_NAME = {f"{name}.csv".lower(): name for name in KNOWN_FILES}


class Package:
    """A zip that passed every check on its outside. Use it as a context manager; `open` reads one file of it."""

    def __init__(self, path: Path, issues: IssueBook) -> None:
        self.path = path
        self.sha256 = file_sha256(path)
        self._verified: set[str] = set()
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
            raise PackageRefused("not_a_zip") from error
        try:
            _check_members(self._zip.infolist(), path.stat().st_size)
            self.files = _known(self._zip.infolist(), issues)
        except PackageRefused:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name in self.files

    def size(self, name: str) -> int:
        """Bytes of a file when unpacked; for showing progress."""
        return self.files[name].file_size

    def _verify(self, name: str) -> None:
        """Read a file through once, for its checksum is only known at its end: damaged bytes must not be taken for rows."""
        if name in self._verified:
            return
        with self._zip.open(self.files[name]) as stream:
            while stream.read(MEGABYTE):
                pass
        self._verified.add(name)

    @contextmanager
    def open(self, name: str) -> Iterator[zipfile.ZipExtFile]:
        """One file's bytes, whose checksum holds; damage refuses the package."""
        try:
            self._verify(name)
            with self._zip.open(self.files[name]) as opened:
                stream = cast("zipfile.ZipExtFile", opened)
                if stream.peek(4)[:4] == b"PK\x03\x04":
                    raise PackageRefused("nested_zip", file=f"{name}.csv")
                yield stream
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise PackageRefused("corrupt_zip", file=f"{name}.csv") from error


def file_sha256(path: Path) -> str:
    """The file's fingerprint, read in pieces; refuses when there is no such file."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise PackageRefused("no_such_file") from error


def _check_members(members: list[zipfile.ZipInfo], size_on_disk: int) -> None:
    if len(members) > MOST_FILES:
        raise PackageRefused("too_many_files")
    for member in members:
        _check_member(member)
    unpacked = sum(member.file_size for member in members)
    if unpacked > MOST_UNPACKED:
        raise PackageRefused("too_large")
    # Members that overlap count the same bytes several times: a bomb in which each ratio looks harmless.
    if sum(member.compress_size for member in members) > size_on_disk:
        raise PackageRefused("zip_bomb")


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.orig_filename
    if name.startswith(("/", "\\")) or ".." in name or ":" in name or "\0" in name:
        raise PackageRefused("unsafe_path")
    if "/" in name or "\\" in name:
        raise PackageRefused("nested_folder")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise PackageRefused("symbolic_link")
    if member.flag_bits & 0x1:
        raise PackageRefused("encrypted")
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise PackageRefused("unknown_compression")
    if name.lower().endswith(".zip"):
        raise PackageRefused("nested_zip")
    if member.file_size > RATIO_COUNTS_FROM and member.file_size > MOST_RATIO * max(member.compress_size, 1):
        raise PackageRefused("zip_bomb", file=_shown(name))


def _known(members: list[zipfile.ZipInfo], issues: IssueBook) -> dict[str, zipfile.ZipInfo]:
    files: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        name = _BY_LOWER_NAME.get(member.filename.lower())
        if name is None:
            issues.warn("", "unknown_file")
            continue
        if name in files:
            raise PackageRefused("duplicate_file", file=f"{name}.csv")
        if member.filename != f"{name}.csv":
            issues.warn(name, "file_name_case")
        files[name] = member
    return files


def _shown(name: str) -> str:
    """The name only if it is one we know: a stranger's file name is not repeated in reports."""
    known = _BY_LOWER_NAME.get(name.lower())
    return f"{known}.csv" if known else ""
