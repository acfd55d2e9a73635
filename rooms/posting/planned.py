"""Constant statements that PostgreSQL plans once for each connection: planning the label's takes it longer than answering."""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection


def rows_of(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """What the statement returns. Parameters travel apart from the text, which Django's own cursors write into it: only so
    can the plan be kept."""
    connection.ensure_connection()
    if connection.queries_logged:
        connection.queries_log.append({"sql": sql, "time": ""})
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(sql, parameters, prepare=True)
        return list(cursor.fetchall())
