"""Constant statements that PostgreSQL plans once in ten seconds for each connection: planning the label's takes it longer than
answering."""

import time
from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection

# Kept for longer, a plan made of small tables was followed through all that an import had put there meanwhile: nobody's
# message was delivered for a quarter of a minute. PostgreSQL itself thinks of a plan again only when the import is over.
_SECONDS = 10


def rows_of(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """What the statement returns. Parameters travel apart from the text, which Django's own cursors write into it: only so
    can the plan be kept."""
    connection.ensure_connection()
    if connection.queries_logged:
        connection.queries_log.append({"sql": sql, "time": ""})
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        # Another text is another plan.
        cursor.execute(f"{sql} /* {int(time.monotonic() / _SECONDS)} */", parameters, prepare=True)
        return list(cursor.fetchall())
