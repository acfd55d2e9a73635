"""The statements that seat people, written by the ORM once a day and kept: a right that ends should not wait while the
same seventeen nests of subqueries are written again, which takes far longer than to answer them."""

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from registry.staleness import silence
from rooms.kinds import RoomKind

# Stands for the rooms while a statement is written; no room has this number.
_ROOMS = -1
Statement = tuple[str, str, list[Any]]


def statements(kind: RoomKind, room_ids: frozenset[int] | None, day: dt.date) -> Iterator[Statement]:
    """Each seat with SQL and parameters for its rows of (room, person) in these rooms (None: in all), strongest first."""
    if room_ids is not None and not room_ids:
        return
    for seat, sql, params in _written(kind, day, room_ids is not None, connection.vendor, silence()):
        yield seat, *_named(sql, params, sorted(room_ids or ()))


@lru_cache(maxsize=64)
def _written(
    kind: RoomKind, day: dt.date, is_named: bool, _vendor: str, _silence: frozenset[tuple[int, dt.date]]
) -> tuple[tuple[str, str, tuple[Any, ...]], ...]:
    scope = kind.scope(frozenset({_ROOMS}) if is_named else None)
    return tuple(_sql(seat, query) for seat, query in kind.seats(scope, day))


def _sql(seat: str, query: Any) -> tuple[str, str, tuple[Any, ...]]:
    try:
        sql, params = query.order_by().query.sql_with_params()
    except EmptyResultSet as error:
        raise AssertionError(f"nobody could ever have the seat {seat}") from error
    return seat, sql, params


def _named(sql: str, params: tuple[Any, ...], room_ids: list[int]) -> tuple[str, list[Any]]:
    """The statement with the rooms' numbers in the place that was kept for them, as a list: a subquery would hide from
    the planner how few they are."""
    pieces = sql.split("%s")
    if len(pieces) != len(params) + 1:
        raise AssertionError("a statement's parameters cannot be told apart")
    text = pieces[0]
    given: list[Any] = []
    for param, piece in zip(params, pieces[1:], strict=True):
        values = room_ids if param == _ROOMS else [param]
        text += ", ".join(["%s"] * len(values)) + piece
        given += values
    return text, given
