"""Where files are kept, under the digest of their bytes: on disk, or in a bucket where FILES_BUCKET names one. Whoever keeps
and reads calls these functions and need not know."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from django.conf import settings

from rooms.files import disk
from rooms.files.disk import Found, arriving, has_room, path_of

__all__ = [
    "Found",
    "append",
    "arriving",
    "collect",
    "confirm",
    "drop",
    "find",
    "forget",
    "has_room",
    "keep",
    "path_of",
    "read",
]


def keep(folder: Path) -> tuple[str, int]:
    """Keep what was made ready, `whole` and perhaps `small`; digest and size of the whole."""
    found: tuple[str, int] = _kept_in().keep(folder)
    return found


def confirm(folder: Path, digest: str) -> None:
    """To be called when the row that names it is committed, while what was made ready is still there."""
    _kept_in().confirm(folder, digest)


def find(digest: str, *, small: bool = False) -> Found | None:
    """What is kept under this digest; the small picture where there is one and it is asked for."""
    found: Found | None = _kept_in().find(digest, small=small)
    return found


def read(found: Found, start: int, length: int) -> bytes:
    """So many bytes of it from there."""
    told: bytes = _kept_in().read(found, start, length)
    return told


def forget(is_wanted: Callable[[str], bool]) -> int:
    """Delete what is a day old and of no digest that is wanted; how many files. Several may do so at once."""
    gone: int = _kept_in().forget(is_wanted)
    return gone


def append(upload: str, offset: int, data: bytes) -> None:
    """Keep a piece of what is being uploaded, in place of what was there from this offset."""
    _kept_in().append(upload, offset, data)


def collect(upload: str, path: Path) -> None:
    """Write all of its pieces to this path: a copy, which nobody else writes to."""
    _kept_in().collect(upload, path)


def drop(upload: str) -> None:
    """Nobody needs its pieces any more."""
    _kept_in().drop(upload)


def _kept_in() -> ModuleType:
    if not settings.FILES_BUCKET:
        return disk
    # Its library is asked for only where it is used (requirements-s3.txt).
    from rooms.files import bucket  # noqa: PLC0415

    return bucket
