"""The rows of a package in the making: each record once, those that end by themselves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from registry.sync.sheet.names import Name
from registry.sync.tables import CLASSES, ENROLMENTS, ROLES, SESSIONS, USERS

Row = Mapping[str, str]


@dataclass(slots=True)
class Tables:
    """Rows by table and sourcedId. A record that is there never ends in the same package."""

    rows: dict[str, dict[str, Row]] = field(
        default_factory=lambda: {name: {} for name in (SESSIONS, CLASSES, USERS, ROLES, ENROLMENTS)}
    )
    ended: dict[str, set[str]] = field(
        default_factory=lambda: {name: set() for name in (SESSIONS, CLASSES, USERS, ROLES, ENROLMENTS)}
    )

    def add(self, table: str, sourced_id: str, **cells: str) -> None:
        """A record that is there. The last of several wins; they are equal but for what was written before them."""
        self.rows[table][sourced_id] = cells

    def end(self, table: str, sourced_ids: Iterable[str]) -> None:
        """Records that are no longer there."""
        self.ended[table].update(sourced_ids)

    def lines(self, table: str) -> list[tuple[str, str, Row]]:
        """sourcedId, status and cells of every row, in an order that does not depend on the file's."""
        there = self.rows[table]
        found = [(each, "active", cells) for each, cells in there.items()]
        found += [(each, "tobedeleted", {}) for each in self.ended[table] if each not in there]
        return sorted(found, key=lambda line: line[0])

    def person(self, sourced_id: str, name: Name, **cells: str) -> None:
        """Somebody. The name is given in its parts, as the standard wants it."""
        parts = {"givenName": name.given, "middleName": name.middle, "familyName": name.family}
        # Nobody signs in by it; the standard wants one.
        self.add(USERS, sourced_id, enabledUser="true", username=sourced_id, **parts, **cells)

    def role(self, person: str, role: str, org: str) -> str:
        """A role, whose id is given back."""
        sourced_id = f"{person}.{role}"
        self.add(ROLES, sourced_id, userSourcedId=person, roleType="primary", role=role, orgSourcedId=org)
        return sourced_id

    def enrolment(self, school_class: str, person: str, role: str, *, school: str, is_primary: bool) -> str:
        """A place in a class, whose id is given back."""
        sourced_id = f"{school_class}.{person}"
        cells = {"classSourcedId": school_class, "schoolSourcedId": school, "userSourcedId": person, "role": role}
        self.add(ENROLMENTS, sourced_id, **cells, primary=str(is_primary).lower())
        return sourced_id
