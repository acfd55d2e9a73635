"""Statements as PostgreSQL itself counts them (pg_stat_statements)."""

from dataclasses import dataclass

import psycopg

FRAMING = "query ~* '^(begin|commit|rollback|savepoint|release)'"


@dataclass(frozen=True)
class Counted:
    """Statements, and apart from them what only opens and ends transactions."""

    statements: int
    framing: int


class Counter:
    """Counts what others ask a database."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url.replace("postgres://", "postgresql://"), autocommit=True)
        self._connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")

    def start(self) -> None:
        """From zero."""
        self._connection.execute("SELECT pg_stat_statements_reset()")

    def count(self) -> Counted:
        """Since the start."""
        row = self._connection.execute(
            f"SELECT coalesce(sum(calls) FILTER (WHERE NOT {FRAMING}), 0), coalesce(sum(calls) FILTER (WHERE {FRAMING}), 0)"
            " FROM pg_stat_statements WHERE query !~* 'pg_stat_statements'"
        ).fetchone()
        assert row is not None
        return Counted(int(row[0]), int(row[1]))

    def most(self, count: int) -> list[tuple[int, str]]:
        """The statements asked most often."""
        rows = self._connection.execute(
            f"SELECT calls, query FROM pg_stat_statements WHERE NOT {FRAMING} ORDER BY calls DESC LIMIT %s", [count]
        ).fetchall()
        return [(int(calls), " ".join(query.split())) for calls, query in rows]

    def close(self) -> None:
        """End the connection."""
        self._connection.close()
