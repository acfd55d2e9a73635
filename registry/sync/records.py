"""How each table's rows become the columns of its model, references as primary keys."""

from collections.abc import Callable, Collection, Mapping

from registry.models import Source
from registry.models.record import Status
from registry.sync.known import CHUNK, parts
from registry.sync.loading import Values
from registry.sync.rows import (
    ClassRow,
    CourseRow,
    EnrolmentRow,
    OrgRow,
    PersonRow,
    RoleRow,
    SessionRow,
    TypedRow,
)
from registry.sync.tables import CLASSES, COURSES, ENROLMENTS, ORGS, ROLES, SESSIONS, TABLES, USERS
from registry.text import fold

KEY = ("source_id", "sourced_id")
_RECORD = (*KEY, "status", "date_last_modified", "digest", "stale")


class Keys(dict[str, dict[str, int]]):
    """Primary keys by table and sourcedId. Loaded before they are used: while rows are copied in, the connection is busy,
    and a query in between would wait for itself."""

    def __init__(
        self,
        source: Source,
        *,
        only: Mapping[str, Collection[str]] | None = None,
        orgs: Mapping[str, int] | None = None,
    ) -> None:
        """`only` names the records to ask for, table by table; of a table that it does not name, all. `orgs` are other
        sources' that may be referred to."""
        super().__init__()
        self._source = source
        self._only = only or {}
        self._orgs = orgs or {}

    def load(self, *tables: str) -> None:
        """Read the keys of these tables, unless they were read since they were last written."""
        for table in tables:
            if table in self:
                continue
            records = TABLES[table]._default_manager.filter(source=self._source)
            self[table] = dict(self._orgs) if table == ORGS else {}
            for found in parts(records, self._only.get(table)):
                self[table].update(found.values_list("sourced_id", "pk").iterator(CHUNK))


def columns_of(table: str) -> tuple[str, ...]:
    """The columns that `values_of` fills, in its order."""
    return (*_RECORD, *_COLUMNS[table])


def values_of(table: str, row: TypedRow, digest: bytes, *, source: Source, keys: Keys) -> Values:
    """One record's columns. `keys` must be loaded for REFERS_TO of the table."""
    record = (source.pk, row.sourced_id, Status.ACTIVE.value, row.modified, digest, False)
    return (*record, *_SHAPES[table](row, keys))


def _session(row: SessionRow, _keys: Keys) -> Values:
    return (row.title, row.type, row.begins_on, row.ends_on, row.school_year)


def _org(row: OrgRow, _keys: Keys) -> Values:
    return (row.name, row.type, row.identifier, row.school_level, row.valid_from, row.valid_to)


def _course(row: CourseRow, keys: Keys) -> Values:
    return (row.title, row.course_code, keys[ORGS][row.org])


def _class(row: ClassRow, keys: Keys) -> Values:
    course = keys[COURSES][row.course] if row.course else None
    return (
        *(row.title, row.class_code, row.class_type, keys[ORGS][row.school], course, row.grade, row.subject),
        *(row.begins_on, row.ends_on),
    )


def _person(row: PersonRow, _keys: Keys) -> Values:
    return (
        *(row.enabled, row.username, row.given_name, row.family_name, row.middle_name, row.name, fold(row.name)),
        *(row.identifier, row.email, row.phone, row.grade, row.position, row.gender),
    )


def _role(row: RoleRow, keys: Keys) -> Values:
    return (keys[USERS][row.person], keys[ORGS][row.org], row.role, row.is_primary, row.begins_on, row.ends_on)


def _enrolment(row: EnrolmentRow, keys: Keys) -> Values:
    return (
        *(keys[CLASSES][row.school_class], keys[ORGS][row.school], keys[USERS][row.person], row.role, row.is_primary),
        *(row.begins_on, row.ends_on),
    )


_SHAPES: Mapping[str, Callable[..., Values]] = {
    SESSIONS: _session,
    ORGS: _org,
    COURSES: _course,
    CLASSES: _class,
    USERS: _person,
    ROLES: _role,
    ENROLMENTS: _enrolment,
}
# The tables whose keys a table's shape asks for.
REFERS_TO: Mapping[str, tuple[str, ...]] = {
    COURSES: (ORGS,),
    CLASSES: (ORGS, COURSES),
    ROLES: (ORGS, USERS),
    ENROLMENTS: (ORGS, CLASSES, USERS),
}
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    SESSIONS: ("title", "type", "begins_on", "ends_on", "school_year"),
    ORGS: ("name", "type", "identifier", "school_level", "valid_from", "valid_to"),
    COURSES: ("title", "course_code", "org_id"),
    CLASSES: (
        *("title", "class_code", "class_type", "school_id", "course_id", "grade", "subject", "begins_on", "ends_on"),
    ),
    USERS: (
        *("enabled", "username", "given_name", "family_name", "middle_name", "name", "search_text", "identifier"),
        *("email", "phone", "grade", "position", "gender"),
    ),
    ROLES: ("person_id", "org_id", "role", "is_primary", "begins_on", "ends_on"),
    ENROLMENTS: ("school_class_id", "school_id", "person_id", "role", "is_primary", "begins_on", "ends_on"),
}
