"""One process on one folder: the embedded default keeps everything in one process, and two would not see each other."""

import fcntl
from pathlib import Path
from typing import IO


class AlreadyServed(Exception):
    """Another process serves this folder."""


def hold(folder: Path) -> IO[str]:
    """Hold the folder for as long as the returned file is open; AlreadyServed if somebody else does. The kernel lets go
    when the process ends, however it ends."""
    lock = (folder / "serve.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise AlreadyServed from None
    return lock
