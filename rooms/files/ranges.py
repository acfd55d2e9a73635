"""Parts of a file, for lines that break (RFC 9110, 14)."""

import re
from dataclasses import dataclass

# More digits than any file has bytes are no position.
_ONE = re.compile(r"\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes from `start` up to and without `end`, of `size`."""

    start: int
    end: int
    size: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.end - self.start

    @property
    def content_range(self) -> str:
        """The header's value (14.4)."""
        return f"bytes {self.start}-{self.end - 1}/{self.size}"


class UnsatisfiableError(Exception):
    """The part begins after the end of the file (15.5.17)."""


def asked_for(header: str, size: int) -> Part | None:
    """The one part that this Range asks for; None where the whole is to be sent: without the header, for several parts,
    and for what is no range at all (14.2)."""
    found = _ONE.fullmatch(header)
    if found is None:
        return None
    first, last = found.groups()
    if not first:
        return _last_bytes(last, size)
    start = int(first)
    end = min(int(last) + 1, size) if last else size
    if last and int(last) < start:
        return None
    if start >= size:
        raise UnsatisfiableError
    return Part(start, end, size)


def _last_bytes(count: str, size: int) -> Part | None:
    if not count:
        return None
    if not int(count) or not size:
        raise UnsatisfiableError
    return Part(max(0, size - int(count)), size, size)
