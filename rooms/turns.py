"""Keeps those who make seats one by one out of a revision that is under way, and revisions out of each other.

Without it a conversation begun while an import runs could be seated by the registry as it was, and missed by the import.
Posting makes no seats and never waits here.
"""

from django.db import connection

# Any number will do, as long as nothing else in this database locks by it: "seats" in hexadecimal.
_LOCK = 0x7365617473


def take_whole() -> None:
    """Nobody else makes seats until this transaction ends; what is read from now on is what they left."""
    _run("SELECT pg_advisory_xact_lock(%s)")


def take_share() -> None:
    """No revision runs until this transaction ends; others who make single seats may."""
    _run("SELECT pg_advisory_xact_lock_shared(%s)")


def _run(sql: str) -> None:
    # SQLite has one writer at a time, and every transaction of ours is one from its beginning.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(sql, [_LOCK])
