"""The seats that ought to be, in a table of this connection only, and the difference to those that are.

Set-based SQL, because a province has a quarter of a million seats: they never travel to Python and back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.utils import timezone

from rooms.concerned import Concern
from rooms.difference import Difference

_LACKING = """
    FROM wanted_seat w LEFT JOIN rooms_member m ON m.room_id = w.room_id AND m.person_id = w.person_id
    WHERE m.id IS NULL"""
_OTHER_SEAT = """
    FROM wanted_seat w JOIN rooms_member m ON m.room_id = w.room_id AND m.person_id = w.person_id
    WHERE m.seat <> w.seat"""
_TOO_MANY = """
    FROM rooms_member m LEFT JOIN wanted_seat w ON w.room_id = m.room_id AND w.person_id = m.person_id
    WHERE w.room_id IS NULL"""


@contextmanager
def table() -> Iterator["WantedSeats"]:
    """An empty table of wanted seats for this transaction, gone afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE wanted_seat (room_id bigint NOT NULL, person_id bigint NOT NULL,"
            " seat varchar(16) NOT NULL, PRIMARY KEY (room_id, person_id))"
        )
    yield WantedSeats()
    # Not in a finally: after a failure the transaction is over and the table with it.
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE wanted_seat")


class WantedSeats:
    """Filled by the kinds, strongest seat first; then compared."""

    def add(self, seat: str, sql: str, params: list[Any]) -> None:
        """Want `seat` for the rows of (room, person) of this statement, unless they already have a stronger one."""
        # WHERE true: without it SQLite reads ON CONFLICT as the join's ON.
        self._run(
            f"INSERT INTO wanted_seat (room_id, person_id, seat) SELECT q.*, %s FROM ({sql}) q WHERE true"  # noqa: S608
            " ON CONFLICT DO NOTHING",
            [seat, *params],
        )

    def part_pairs(self, kind: str, seat: str) -> None:
        """Take `seat` from whoever would share a room of this kind with one other person of another seat, and nobody else."""
        self._run(
            "DELETE FROM wanted_seat WHERE seat = %s AND room_id IN (SELECT w.room_id FROM wanted_seat w"
            " JOIN rooms_room r ON r.id = w.room_id WHERE r.kind = %s GROUP BY w.room_id"
            " HAVING COUNT(*) = 2 AND COUNT(CASE WHEN w.seat = %s THEN 1 END) = 1)",
            [seat, kind, seat],
        )

    def settle(self) -> None:
        """All seats are in: let the planner see how many."""
        if connection.vendor == "postgresql":
            self._run("ANALYZE wanted_seat")

    def rooms(self, room_ids: set[int] | None) -> set[int]:
        """Those of these rooms in which anybody is wanted."""
        return {room for (room,) in self._rows("SELECT DISTINCT room_id FROM wanted_seat")} & (room_ids or set())

    def write_difference(self, concern: Concern | None, difference: Difference) -> None:
        """Give, exchange and take the seats that this concerns (None: all), whose wanted ones are all in. Writes nothing
        where nothing differs."""
        within, ids = _within(concern)
        difference.revoked += self._note(difference, f"SELECT m.room_id, m.person_id {_TOO_MANY}{within}", ids)
        difference.moved += self._note(difference, f"SELECT m.room_id, m.person_id {_OTHER_SEAT}")
        granted = self._note(difference, f"SELECT w.room_id, w.person_id {_LACKING}")
        difference.granted += granted
        if difference.revoked:
            self._run(f"DELETE FROM rooms_member WHERE id IN (SELECT m.id {_TOO_MANY}{within})", ids)  # noqa: S608
        if difference.moved:
            self._run(
                "UPDATE rooms_member SET seat = (SELECT w.seat FROM wanted_seat w"  # noqa: S608
                " WHERE w.room_id = rooms_member.room_id AND w.person_id = rooms_member.person_id)"
                f" WHERE id IN (SELECT m.id {_OTHER_SEAT})"
            )
        if granted:
            self._give()

    def _give(self) -> None:
        """What was said before somebody came is readable, and is not counted as unread."""
        self._run(
            "INSERT INTO rooms_member (room_id, person_id, seat, have_seq, read_seq, is_muted, joined_at)"  # noqa: S608
            " SELECT w.room_id, w.person_id, w.seat, r.last_seq, r.last_seq, %s, %s FROM (SELECT w.*"
            f" {_LACKING}) w JOIN rooms_room r ON r.id = w.room_id ORDER BY w.room_id, w.person_id",
            [False, timezone.now()],
        )

    def _note(self, difference: Difference, sql: str, params: list[int] | None = None) -> int:
        """Take down whom and where these rows concern; how many they are."""
        count = 0
        for room, person in self._rows(sql, params):
            difference.rooms.add(room)
            difference.people.add(person)
            count += 1
        return count

    def _rows(self, sql: str, params: list[int] | None = None) -> list[tuple[int, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, params or [])
            return list(cursor.fetchall())

    def _run(self, sql: str, params: list[Any] | None = None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, params or [])


def _within(concern: Concern | None) -> tuple[str, list[int]]:
    """A condition on member rows: their seats are concerned."""
    if concern is None:
        return "", []
    conditions, params = ["1 = 0"], list[int]()
    if concern.rooms:
        conditions.append(f"m.room_id IN ({_slots(concern.rooms)})")
        params += sorted(concern.rooms)
    if concern.beside and concern.people:
        conditions.append(f"m.room_id IN ({_slots(concern.beside)}) AND m.person_id IN ({_slots(concern.people)})")
        params += [*sorted(concern.beside), *sorted(concern.people)]
    return f" AND ({' OR '.join(conditions)})", params


def _slots(ids: set[int]) -> str:
    return ", ".join(["%s"] * len(ids))
