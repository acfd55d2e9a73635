"""What would follow from a package beside its rows: seats in rooms by org, and people by what they are. Counted while it
stands, before it is taken back."""

from typing import Any

from django.db import connection

from registry.models import GuardianLink, Org, Source
from registry.models.record import Status
from registry.sync.tables import GUARDIAN_LINKS, TABLES

_SEATS_BEFORE = "CREATE TEMPORARY TABLE seat_before AS SELECT room_id, person_id FROM rooms_member"
_GRANTED = """
    SELECT r.org_id, count(*) FROM rooms_member m JOIN rooms_room r ON r.id = m.room_id
    LEFT JOIN seat_before b ON b.room_id = m.room_id AND b.person_id = m.person_id
    WHERE b.room_id IS NULL GROUP BY r.org_id"""
_REVOKED = """
    SELECT r.org_id, count(*) FROM seat_before b JOIN rooms_room r ON r.id = b.room_id
    LEFT JOIN rooms_member m ON m.room_id = b.room_id AND m.person_id = b.person_id
    WHERE m.room_id IS NULL GROUP BY r.org_id"""
# Somebody who is two things is counted as both. A digest tells whether the source's row is another one.
_PEOPLE = """
    SELECT DISTINCT r.person_id, p.digest, CASE
        WHEN r.role = 'student' THEN 'students'
        WHEN r.role IN ('guardian', 'parent', 'relative') THEN 'guardians' ELSE 'staff' END AS kind
    FROM registry_role r JOIN registry_person p ON p.id = r.person_id
    WHERE r.source_id = %s AND r.status = 'active' AND p.status = 'active'"""
_PEOPLE_BEFORE = "CREATE TEMPORARY TABLE people_before AS " + _PEOPLE
_PEOPLE_AFTER = "CREATE TEMPORARY TABLE people_after AS " + _PEOPLE
_COUNTS = {
    "stored": "SELECT kind, count(*) FROM people_before GROUP BY kind",
    "changed": """SELECT b.kind, count(*) FROM people_before b JOIN people_after a
        ON a.person_id = b.person_id AND a.kind = b.kind WHERE a.digest <> b.digest GROUP BY b.kind""",
    "added": """SELECT a.kind, count(*) FROM people_after a LEFT JOIN people_before b
        ON a.person_id = b.person_id AND a.kind = b.kind WHERE b.person_id IS NULL GROUP BY a.kind""",
    "removed": """SELECT b.kind, count(*) FROM people_before b LEFT JOIN people_after a
        ON a.person_id = b.person_id AND a.kind = b.kind WHERE a.person_id IS NULL GROUP BY b.kind""",
}
KINDS = ("students", "staff", "guardians")


class Difference:
    """A rehearsal (registry/sync/run.py) of a package of this source."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._found: dict[str, Any] = {}

    def before(self) -> None:
        """Count what there is, and remember every seat and person in tables that go with the transaction."""
        stored = {
            table: model._default_manager.filter(source=self._source, status=Status.ACTIVE).count()
            for table, model in TABLES.items()
        }
        links = GuardianLink.objects.filter(source=self._source, valid_to=None)
        self._found = {"stored": stored | {GUARDIAN_LINKS: links.count()}}
        with connection.cursor() as cursor:
            cursor.execute(_SEATS_BEFORE)
            cursor.execute(_PEOPLE_BEFORE, [self._source.pk])

    def after(self) -> None:
        """Compare. Orgs are named here: those that the package brings are gone when anybody looks."""
        with connection.cursor() as cursor:
            cursor.execute(_PEOPLE_AFTER, [self._source.pk])
        counts = {word: _counted(statement) for word, statement in _COUNTS.items()}
        granted, revoked = _counted(_GRANTED), _counted(_REVOKED)
        names = dict(Org.objects.filter(pk__in={*granted, *revoked}).values_list("pk", "name"))
        self._found |= {
            "people": {kind: {word: found.get(kind, 0) for word, found in counts.items()} for kind in KINDS},
            "members": [
                {"org": org, "name": names[org], "granted": granted.get(org, 0), "revoked": revoked.get(org, 0)}
                for org in sorted({*granted, *revoked})
            ],
        }

    def told(self) -> dict[str, Any]:
        """What was found, for the run's row."""
        return self._found


def _counted(statement: str) -> dict[Any, int]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return dict(cursor.fetchall())
