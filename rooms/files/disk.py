"""Files by their digest below DATA_DIR/files: written aside, then renamed; what is there is whole. Every machine that
serves shares the folder, or all use a bucket (bucket.py)."""

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

# Nobody uploads for so long: what no row names by then, no row will.
_SETTLED = 24 * 3600.0
_ARRIVING, _UPLOADS, _LEAVING = "arriving", "uploads", ".leaving"
_PIECE = 1 << 20
_ROOM = 2 << 30


@dataclass(frozen=True, slots=True)
class Found:
    """A file that is kept: its name in the store, which is another for other bytes, and its size."""

    name: str
    size: int


@contextmanager
def arriving() -> Iterator[Path]:
    """A folder in which a file is made ready; it goes when the block is left."""
    with tempfile.TemporaryDirectory(dir=_folder(_ARRIVING)) as folder:
        yield Path(folder)


def keep(folder: Path) -> tuple[str, int]:
    """Keep what was made ready, `whole` and perhaps `small`; digest and size of the whole."""
    digest = sha256_of(folder / "whole")
    size = (folder / "whole").stat().st_size
    for made, kept in (("small", path_of(digest, small=True)), ("whole", path_of(digest))):
        if (folder / made).exists():
            # Also where the same is kept already: it is young again, and forget() leaves it alone.
            _put(folder / made, kept)
    return digest, size


def has_room() -> bool:
    """Whether a tenth of the disk is free, or as much as a tenth of a large one: the database may need the rest."""
    disk = shutil.disk_usage(_root())
    return disk.free >= min(disk.total // 10, _ROOM)


def confirm(folder: Path, digest: str) -> None:
    """What was kept stays until its row is written: what is young is not cleared away."""


def find(digest: str, *, small: bool = False) -> Found | None:
    """What is kept under this digest; the small picture where there is one and it is asked for."""
    for path in (path_of(digest, small=True), path_of(digest)) if small else (path_of(digest),):
        try:
            return Found(path.name, path.stat().st_size)
        except FileNotFoundError:
            continue
    return None


def read(found: Found, start: int, length: int) -> bytes:
    """So many bytes of it from there."""
    with (_root() / found.name[:2] / found.name).open("rb") as file:
        file.seek(start)
        return file.read(length)


def append(upload: str, offset: int, data: bytes) -> None:
    """Keep a piece of what is being uploaded, in place of what was there from this offset. On disk when this returns."""
    descriptor = os.open(_folder(_UPLOADS) / upload, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        written = 0
        while written < len(data):
            written += os.pwrite(descriptor, data[written:], offset + written)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def collect(upload: str, path: Path) -> None:
    """Write all of its pieces to this path: a copy, which nobody else writes to."""
    shutil.copyfile(_folder(_UPLOADS) / upload, path)


def drop(upload: str) -> None:
    """Nobody needs its pieces any more."""
    (_folder(_UPLOADS) / upload).unlink(missing_ok=True)


def path_of(digest: str, *, small: bool = False) -> Path:
    """Where it lies, or would."""
    return _root() / digest[:2] / f"{digest}{'.small' if small else ''}"


def forget(is_wanted: Callable[[str], bool]) -> int:
    """Delete what is a day old and of no digest that is wanted; how many files. Several may do so at once."""
    kept = [path for path in _root().glob("[0-9a-f][0-9a-f]/*") if _is_settled(path)]
    return sum(_forget(path, is_wanted) for path in kept) + _forget_unfinished()


def _forget(path: Path, is_wanted: Callable[[str], bool]) -> bool:
    home, digest = path.with_name(path.name.removesuffix(_LEAVING)), path.name.partition(".")[0]
    if path == home and is_wanted(digest):
        return False
    # Somebody may upload the same at this moment. Renamed first, then looked at again: what is young is put back.
    aside = home.with_name(f"{home.name}{_LEAVING}")
    try:
        path.rename(aside)
        if not _is_settled(aside) or is_wanted(digest):
            aside.rename(home)
            return False
        aside.unlink()
    except FileNotFoundError:
        # Another process does the same.
        return False
    return True


def _forget_unfinished() -> int:
    """What processes that were killed have left, and uploads that nobody went on with for a day."""
    left = [path for path in _folder(_ARRIVING).iterdir() if _is_settled(path)]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    begun = [path for path in _folder(_UPLOADS).iterdir() if _is_settled(path)]
    for path in begun:
        path.unlink(missing_ok=True)
    return len(left) + len(begun)


def _is_settled(path: Path) -> bool:
    try:
        return path.stat().st_mtime < time.time() - _SETTLED
    except FileNotFoundError:
        return False


def _put(made: Path, kept: Path) -> None:
    kept.parent.mkdir(mode=0o700, exist_ok=True)
    made.chmod(0o600)
    os.utime(made)
    _settle(made)
    made.replace(kept)
    # The name, too, has to be there after a power cut: its row will be.
    _settle(kept.parent)


def _settle(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """The digest of its bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _folder(name: str) -> Path:
    found = _root() / name
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def _root() -> Path:
    """Open to nobody but the server's own user."""
    found: Path = settings.DATA_DIR / "files"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found
