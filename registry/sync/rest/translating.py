"""A provider's JSON objects as rows of the CSV files (OneRoster 1.2, REST and CSV bindings): other names, same facts."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from registry.sync import columns
from registry.sync.columns import Columns
from registry.sync.rest.roles import role_rows
from registry.sync.rest.spool import Row
from registry.sync.rest.values import reference_of, text_of
from registry.sync.tables import CLASSES, COURSES, ENROLMENTS, ORGS, ROLES, SESSIONS, USERS

# In the order in which they refer to each other. Roles stand inside users.
COLLECTIONS: MappingProxyType[str, Columns] = MappingProxyType(
    {
        ORGS: columns.ORGS,
        SESSIONS: columns.SESSIONS,
        COURSES: columns.COURSES,
        CLASSES: columns.CLASSES,
        USERS: columns.USERS_1_2,
        ENROLMENTS: columns.ENROLMENTS,
    }
)
# Where CSV has an id, or a list of ids, REST has a GUIDRef or a list of them.
_REFERENCES = MappingProxyType(
    {
        "parentSourcedId": "parent",
        "schoolYearSourcedId": "schoolYear",
        "orgSourcedId": "org",
        "courseSourcedId": "course",
        "schoolSourcedId": "school",
        "termSourcedIds": "terms",
        "agentSourcedIds": "agents",
        "primaryOrgSourcedId": "primaryOrg",
        "classSourcedId": "class",
        "userSourcedId": "user",
    }
)
_METADATA = "metadata."
# Nothing that needs more than these two is known of a record that is gone.
GONE = frozenset({"tobedeleted", "inactive"})


def tables_of(collection: str) -> tuple[str, ...]:
    """The CSV files that a collection fills."""
    return (USERS, ROLES) if collection == USERS else (collection,)


def header_of(table: str) -> tuple[str, ...]:
    """The standard's columns of a file, and behind them those of our own that are read."""
    of_table = columns.ROLES if table == ROLES else COLLECTIONS[table]
    return (*of_table.standard, *(name for name in of_table.kept if name.startswith(_METADATA)))


def fields_of(collection: str) -> tuple[str, ...]:
    """What is asked for of each object: nothing that is not kept, so no passwords and no user ids of other systems."""
    kept = COLLECTIONS[collection].kept
    named = dict.fromkeys(_REFERENCES.get(name, name) for name in kept if not name.startswith(_METADATA))
    return (*named, *(("roles",) if collection == USERS else ()), "metadata")


def rows_of(collection: str, item: Mapping[str, Any], *, is_full: bool) -> Iterator[tuple[str, Row]]:
    """The table and cells of every row that an object becomes.

    Of a full reading, which says by absence what is gone, records called gone are left out and the status with them.
    """
    status = text_of(item.get("status")) or "active"
    if is_full and status.lower() in GONE:
        return
    shown = "" if is_full and status.lower() == "active" else status
    kept = frozenset(COLLECTIONS[collection].kept)
    yield collection, [_cell(name, item, shown) if name in kept else "" for name in header_of(collection)]
    if collection == USERS:
        for row in role_rows(item, status=shown):
            yield ROLES, row


def _cell(name: str, item: Mapping[str, Any], status: str) -> str:
    if name == "status":
        return status
    if name.startswith(_METADATA):
        metadata = item.get("metadata")
        return text_of(metadata.get(name.removeprefix(_METADATA))) if isinstance(metadata, dict) else ""
    if name in _REFERENCES:
        return reference_of(item.get(_REFERENCES[name]))
    return text_of(item.get(name))
