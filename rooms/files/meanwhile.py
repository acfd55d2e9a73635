"""The database is lent to others while something takes its time."""

from django.db import close_old_connections, connection


def lend_database() -> None:
    """Give this request's connection back to the pool; it gets another when it asks again. In a transaction, nothing:
    what was begun there ends first."""
    if not connection.in_atomic_block:
        close_old_connections()
