"""`python -m rooms.files.examining FILE CLAIMED FOLDER TAKEN`: a verdict in JSON, and the file as it is to be kept. Its name
is not told: it may name a child, and commands stand in lists of processes."""

import resource
import sys
from pathlib import Path

import msgspec

from rooms.files.examining.kinds import DOCUMENTS, PDF, SPOKEN, TAKEN, kind_of
from rooms.files.examining.verdict import RefusedError, Verdict

# 40 million points are 160 MB, and are held three times while they are turned and laid on white.
_MEMORY = 1 << 30
_SECONDS = 20
# Nothing that is written is larger: it came with 20 MB, and a picture of 2,000 by 2,000 points has 12 MB.
_FILE = 24 << 20


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE, _FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def _examine(path: Path, claimed: str, folder: Path, taken: str) -> Verdict:
    # Only what is needed is loaded: a decoder that is not there cannot be attacked.
    try:
        kind = kind_of(path, claimed, TAKEN[taken])
        if kind == PDF:
            from rooms.files.examining import documents  # noqa: PLC0415

            return documents.examine(path, folder)
        if kind in DOCUMENTS:
            from rooms.files.examining import office  # noqa: PLC0415

            return office.examine(path, kind, folder)
        if kind in SPOKEN:
            from rooms.files.examining import voices  # noqa: PLC0415

            return voices.examine(path, kind, folder)
        from rooms.files.examining import pictures  # noqa: PLC0415

        return pictures.examine(path, kind, folder)
    except RefusedError as refused:
        return Verdict(refused=refused.code, facts=refused.facts)
    except MemoryError:
        return Verdict(refused="file_unreadable")


if __name__ == "__main__":
    _limit()
    found = _examine(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), sys.argv[4])
    sys.stdout.buffer.write(msgspec.json.encode(found))
