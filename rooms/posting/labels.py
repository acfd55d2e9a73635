"""How authors are shown, remembered for a minute: the label costs more than the rest of a post. The seat is asked every
time; a room whose members changed forgets at once."""

import time
from collections import OrderedDict
from collections.abc import Collection
from functools import cache
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from realtime import epoch
from registry.lists import as_parameter, rows_of_numbers
from registry.models import Person
from rooms.models import Member
from rooms.people import Shown, with_labels
from rooms.posting.planned import rows_of

SECONDS = 60.0
MOST = 20_000
Seat = tuple[int, int]
_known: OrderedDict[tuple[str, int, int, int], tuple[float, Shown]] = OrderedDict()
# What a label needs, in the order in which _shown takes it.
_COLUMNS = (
    "room",
    "person",
    "seat",
    "person__name",
    "person__gender",
    "person__position",
    "room__org__type",
    "shown_homeroom",
    "shown_teaches",
    "shown_child",
    "shown_unit",
)


def shown_in(seats: dict[Seat, tuple[int, int]]) -> dict[Seat, Shown]:
    """How each (room, person) is shown, given the keys of their member rows and their rooms' roster numbers; one query
    for all that are not remembered."""
    now, life = time.monotonic(), epoch()
    found: dict[Seat, Shown] = {}
    for (room, person), (_member, roster) in seats.items():
        known = _known.get((life, room, person, roster))
        if known is not None and known[0] > now:
            found[room, person] = known[1]
    missing = seats.keys() - found.keys()
    if missing:
        for row in _read([seats[seat][0] for seat in missing]):
            room, person, shown = _shown(*row)
            found[room, person] = shown
            _known[life, room, person, seats[room, person][1]] = (now + SECONDS, shown)
        while len(_known) > MOST:
            _forget_oldest()
    return found


def forget() -> None:
    """Remember nothing: the database is another one."""
    _known.clear()


def _read(member_pks: Collection[int]) -> list[tuple[Any, ...]]:
    sql, parameters, position = _statement(connection.vendor)
    given = [*parameters[:position], as_parameter(member_pks), *parameters[position + 1 :]]
    if connection.vendor == "postgresql":
        return rows_of(sql, given)
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


@cache
def _statement(_vendor: str) -> tuple[str, tuple[Any, ...], int]:
    """The statement, its parameters, and which of them is the list of member rows. Written by the ORM once: doing it for
    every post would take ten times as long as asking."""
    here = "which members"
    chosen = RawSQL(f"SELECT n.number FROM {rows_of_numbers()}", [here])  # noqa: S608, S611  constants
    rows = with_labels(Member.objects.filter(pk__in=chosen), person="person")
    sql, parameters = rows.values_list(*_COLUMNS).query.sql_with_params()
    return sql, parameters, parameters.index(here)


def _shown(
    room: int, person: int, seat: str, name: str, gender: str, position: str, *told: Any
) -> tuple[int, int, Shown]:
    somebody = Person(pk=person, name=name, gender=gender, position=position)
    return room, person, Shown(somebody, seat, *told)


def _forget_oldest() -> None:
    # Another thread may have taken the last one.
    if _known:
        _known.popitem(last=False)
