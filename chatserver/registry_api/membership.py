"""How many seats in rooms a package would give and take, by org: counted while it stands, before it is taken back."""

from django.db import connection

_BEFORE = "CREATE TEMPORARY TABLE seat_before AS SELECT room_id, person_id FROM rooms_member"
_GRANTED = """
    SELECT r.org_id, count(*) FROM rooms_member m JOIN rooms_room r ON r.id = m.room_id
    LEFT JOIN seat_before b ON b.room_id = m.room_id AND b.person_id = m.person_id
    WHERE b.room_id IS NULL GROUP BY r.org_id"""
_REVOKED = """
    SELECT r.org_id, count(*) FROM seat_before b JOIN rooms_room r ON r.id = b.room_id
    LEFT JOIN rooms_member m ON m.room_id = b.room_id AND m.person_id = b.person_id
    WHERE m.room_id IS NULL GROUP BY r.org_id"""


class MemberDifference:
    """A rehearsal (registry/sync/run.py): `found` holds, once it is over, the orgs whose rooms would gain or lose people."""

    def __init__(self) -> None:
        self.found: list[dict[str, int | str]] = []

    def before(self) -> None:
        """Remember every seat, in a table that goes with the transaction."""
        with connection.cursor() as cursor:
            cursor.execute(_BEFORE)

    def after(self) -> None:
        """Compare. Orgs are named here: those that the package brings are gone when anybody looks."""
        with connection.cursor() as cursor:
            cursor.execute(_GRANTED)
            granted = dict(cursor.fetchall())
            cursor.execute(_REVOKED)
            revoked = dict(cursor.fetchall())
            cursor.execute("SELECT id, name FROM registry_org")
            names = dict(cursor.fetchall())
        self.found = [
            {"org": org, "name": names[org], "granted": granted.get(org, 0), "revoked": revoked.get(org, 0)}
            for org in sorted({*granted, *revoked})
        ]

    def told(self) -> dict[str, list[dict[str, int | str]]]:
        """The orgs found, for the run's row."""
        return {"members": self.found}
