"""One pull of a source at a time, on whichever machine: two would read the provider twice and write into one spool."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from registry.models import Source

# Locks of this kind in PostgreSQL: "pull" in hexadecimal. The source's number stands beside it.
_KIND = 0x70756C6C


class AlreadyPulling(Exception):
    """Somebody else is pulling this source."""


@contextmanager
def turn_of(source: Source, folder: Path) -> Iterator[None]:
    """Hold the source's turn; AlreadyPulling if somebody has it. Whoever dies gives it back."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / f"{source.pk}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyPulling from None
        if not _asked("SELECT pg_try_advisory_lock(%s, %s)", source):
            raise AlreadyPulling
        try:
            yield
        finally:
            _asked("SELECT pg_advisory_unlock(%s, %s)", source)


def _asked(statement: str, source: Source) -> bool:
    """The lock between machines; on SQLite there is one machine."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(statement, [_KIND, source.pk])
        return bool(cursor.fetchone()[0])
