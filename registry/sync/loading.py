"""Writes many rows in few statements: COPY on PostgreSQL, one prepared statement on SQLite. Rows stream through."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, cast

from django.db import connection
from django.db.models import Field, JSONField, Model

Values = Sequence[Any]
# Past this many new rows the planner's figures are wrong enough to matter to whoever reads in the same transaction.
ANALYSE_FROM = 5000


def upsert(
    model: type[Model], columns: Sequence[str], rows: Iterable[Values], *, key: Sequence[str], kept: Sequence[str] = ()
) -> int:
    """Insert rows, or update those whose `key` columns exist. Columns are attribute names of the model, `key` among them.
    Those in `kept` stay as they are where the new row has nothing to say.

    Must run in a transaction. Returns how many rows were written.
    """
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in columns]
    names = [_quoted(str(field.column)) for field in fields]
    keys = [_quoted(name) for name in key]
    table = _quoted(model._meta.db_table)
    staying = {_quoted(name) for name in kept}
    changes = ", ".join(
        f"{name} = COALESCE(EXCLUDED.{name}, {table}.{name})" if name in staying else f"{name} = EXCLUDED.{name}"
        for name in names
        if name not in keys
    )
    then = f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}" if changes else "ON CONFLICT DO NOTHING"
    # Only names out of our own models stand in these statements; values are always parameters.
    if connection.vendor == "postgresql":
        # The driver knows dates and bytes; what is JSON has to be said.
        has_json = any(isinstance(field, JSONField) for field in fields)
        return _copy(table, names, _prepared(fields, rows) if has_json else rows, then)
    slots = ", ".join(["%s"] * len(names))
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({slots}) {then}"  # noqa: S608
    return _execute_many(statement, _prepared(fields, rows))


def set_column(model: type[Model], column: str, values: Iterable[tuple[int, Any]]) -> int:
    """Set one column of the rows with these primary keys; pairs of (pk, value)."""
    table, name = _quoted(model._meta.db_table), _quoted(column)
    if connection.vendor != "postgresql":
        statement = f"UPDATE {table} SET {name} = %s WHERE id = %s"  # noqa: S608
        return _execute_many(statement, ((value, pk) for pk, value in values))
    with _incoming(table, ["id", name]) as cursor:
        written = _copy_rows(cursor, ["id", name], values)
        cursor.execute(f"UPDATE {table} SET {name} = incoming.{name} FROM incoming WHERE {table}.id = incoming.id")  # noqa: S608
    return written


def in_chunks(values: Iterable[Any], size: int | None = None) -> Iterator[list[Any]]:
    """Lists short enough for one statement on this database."""
    # SQLite takes 999 parameters a statement; half leaves room for the rest of the query.
    size = size or (500 if connection.vendor == "sqlite" else 10_000)
    iterator = iter(values)
    while chunk := list(islice(iterator, size)):
        yield chunk


def analyse(*models: type[Model]) -> None:
    """Tell PostgreSQL's planner about tables that this transaction filled."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ANALYZE {_quoted(model._meta.db_table)}")


def unhurried() -> None:
    """Lift the limits on statements and locks for this transaction: they are made for requests, not for imports."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL lock_timeout = '15min'")


class _incoming:  # noqa: N801  read as a statement: with _incoming(...)
    """A temporary table with these columns of `table`, gone at the end of the block."""

    def __init__(self, table: str, names: Sequence[str]) -> None:
        self._statement = f"CREATE TEMPORARY TABLE incoming AS SELECT {', '.join(names)} FROM {table} LIMIT 0"  # noqa: S608

    def __enter__(self) -> Any:
        self._cursor = connection.cursor()
        self._cursor.execute(self._statement)
        return self._cursor

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        # After an error the transaction is over, and the table with it.
        if kind is None:
            self._cursor.execute("DROP TABLE incoming")
        self._cursor.close()


def _copy(table: str, names: Sequence[str], rows: Iterable[Values], then: str) -> int:
    listed = ", ".join(names)
    with _incoming(table, names) as cursor:
        written = _copy_rows(cursor, names, rows)
        if written:
            cursor.execute(f"INSERT INTO {table} ({listed}) SELECT {listed} FROM incoming {then}")  # noqa: S608
    return written


def _copy_rows(cursor: Any, names: Sequence[str], rows: Iterable[Values]) -> int:
    written = 0
    with cursor.copy(f"COPY incoming ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
            written += 1
    return written


def _execute_many(statement: str, rows: Iterator[Values]) -> int:
    written = 0

    def counted() -> Iterator[Values]:
        nonlocal written
        for row in rows:
            written += 1
            yield row

    with connection.cursor() as cursor:
        # The stubs ask for a sequence; the driver, and Django around it, read any iterable once.
        cursor.executemany(statement, cast("Sequence[Any]", counted()))
    return written


def _prepared(fields: "Sequence[Field[Any, Any]]", rows: Iterable[Values]) -> Iterator[Values]:
    for row in rows:
        yield tuple(field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True))


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
