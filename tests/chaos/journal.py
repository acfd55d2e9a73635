"""What every client and the registrar saw and did, a line each: all that the checker reads beside the tables."""

import hashlib
import json
import time
from pathlib import Path
from typing import Any

# CLOCK_MONOTONIC: one clock for all processes of this machine, and nobody can set it.
now = time.monotonic


class Journal:
    """Appends JSON lines: the kind, the time, the fields."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8", buffering=1 << 16)

    def write(self, kind: str, *fields: Any, at: float | None = None) -> None:
        """One line; `at` where it was seen earlier than now."""
        self._file.write(json.dumps([kind, round(at or now(), 4), *fields], separators=(",", ":")) + "\n")

    def close(self) -> None:
        """All lines are in the file."""
        self._file.close()


def digest_of(body: str) -> str:
    """Stands for a body in journals."""
    return hashlib.sha256(body.encode()).hexdigest()[:16]
