"""The statements that seat people, written by the ORM once a day and kept: a right that ends should not wait while the
same seventeen nests of subqueries are written again, which takes far longer than to answer them."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from registry.staleness import silence
from rooms.kinds import RoomKind
from rooms.kinds.base import Per
from rooms.models import Room

# Stand for the rooms, their classes and people while a statement is written; nothing has these numbers.
_ROOMS = -1
_CLASSES = -2
_PEOPLE = -3
Statement = tuple[str, str, list[Any]]


def statements(
    kind: RoomKind, room_ids: frozenset[int] | None, day: dt.date, *, people: frozenset[int] | None = None
) -> Iterator[Statement]:
    """Each seat with SQL and parameters for its rows of (room, person) in these rooms (None: in all), strongest first; of
    these people alone, where they are named."""
    if (room_ids is not None and not room_ids) or (people is not None and not people):
        return
    named: dict[int, Sequence[int | None]] = {
        _ROOMS: sorted(room_ids or ()),
        _CLASSES: _classes_of(room_ids) if kind.per is Per.CLASS else [],
        _PEOPLE: sorted(people or ()),
    }
    are_named = (room_ids is not None, people is not None)
    for seat, sql, params in _written(kind, day, are_named, connection.vendor, silence()):
        yield seat, *_named(sql, params, named)


def _classes_of(room_ids: frozenset[int] | None) -> list[int | None]:
    """The classes of these rooms; one that is none where they have none, for a list may not be empty."""
    found = Room.objects.filter(pk__in=room_ids or ()).order_by("school_class").distinct()
    return list(found.values_list("school_class", flat=True)) or [None]


@lru_cache(maxsize=64)
def _written(
    kind: RoomKind, day: dt.date, are_named: tuple[bool, bool], _vendor: str, _silence: frozenset[tuple[int, dt.date]]
) -> tuple[tuple[str, str, tuple[Any, ...]], ...]:
    with_rooms, with_people = are_named
    scope = kind.scope(frozenset({_ROOMS}), frozenset({_CLASSES})) if with_rooms else kind.scope(None)
    people = [_PEOPLE] if with_people else None
    return tuple(_sql(seat, query) for seat, query in kind.seats(scope, day, people=people))


def _sql(seat: str, query: Any) -> tuple[str, str, tuple[Any, ...]]:
    try:
        sql, params = query.order_by().query.sql_with_params()
    except EmptyResultSet as error:
        raise AssertionError(f"nobody could ever have the seat {seat}") from error
    return seat, sql, params


def _named(sql: str, params: tuple[Any, ...], named: Mapping[int, Sequence[int | None]]) -> tuple[str, list[Any]]:
    """The statement with the rooms', classes' and people's numbers in the places that were kept for them, as lists: a subquery
    would hide from the planner how few they are."""
    pieces = sql.split("%s")
    if len(pieces) != len(params) + 1:
        raise AssertionError("a statement's parameters cannot be told apart")
    text = pieces[0]
    given: list[Any] = []
    for param, piece in zip(params, pieces[1:], strict=True):
        values = named[param] if isinstance(param, int) and param in named else [param]
        text += ", ".join(["%s"] * len(values)) + piece
        given += values
    return text, given
