"""OneRoster 1.1 and 1.2 CSV files as typed rows. What the two versions say differently is the same after this."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from hashlib import blake2b
from types import MappingProxyType

from registry.sync import columns
from registry.sync import vocabulary as v
from registry.sync.checks import Cells, in_order
from registry.sync.columns import Columns
from registry.sync.csv_file import CsvFile, Row
from registry.sync.errors import BadCell
from registry.sync.issues import IssueBook, Unheard
from registry.sync.org_cells import org_rows
from registry.sync.package import Package
from registry.sync.person_cells import person_rows
from registry.sync.rows import ClassRow, CourseRow, Day, EnrolmentRow, Removal, RoleRow, SessionRow, TypedRow
from registry.sync.stamps import changed_at
from registry.sync.tables import CLASSES, COURSES, ENROLMENTS, ORGS, ROLES, SESSIONS, USERS
from registry.sync.terms import Terms

Builder = Callable[[Cells, Terms], Iterator[TypedRow]]
Numbered = tuple[int, TypedRow | Removal]
# One row's cells by column, as they came.
Cut = Mapping[str, str]


def file_for(table: str, terms: Terms) -> str:
    """The file that a table is read from: 1.1 keeps roles in users.csv."""
    return USERS if table == ROLES and terms.version == "1.1" else table


def typed_rows(table: str, package: Package, terms: Terms, issues: IssueBook) -> Iterator[Numbered]:
    """Line and typed row of everything in the table's file that passes the checks of its own cells."""
    if file_for(table, terms) == table:
        rows = CsvFile(package, table, columns_for(table, terms), issues).rows()
        return _typed(table, rows, terms, issues)
    return _roles_from_users(CsvFile(package, USERS, columns.USERS_1_1, Unheard()).rows(), terms, issues)


def typed_again(table: str, kept: Iterable[Cut], terms: Terms, issues: IssueBook, *, line: int) -> Iterator[Numbered]:
    """The same from rows that were kept as `rows_at` gave them; `line` stands for the place they no longer have."""
    names = columns_for(table, terms).kept
    rows = ((line, tuple(cells.get(name, "") for name in names)) for cells in kept)
    return (
        _typed(table, rows, terms, issues)
        if file_for(table, terms) == table
        else _roles_from_users(rows, terms, issues)
    )


def rows_at(table: str, lines: Container[int], package: Package, terms: Terms) -> Iterator[Cut]:
    """The cells, as they came, of these lines of the table's file; empty ones left out."""
    names = columns_for(table, terms)
    for line, values in CsvFile(package, file_for(table, terms), names, Unheard()).rows():
        if line in lines:
            yield {name: value for name, value in zip(names.kept, values, strict=True) if value}


def columns_for(table: str, terms: Terms) -> Columns:
    """The columns of the file that the table is read from."""
    return columns.USERS_1_1 if terms.version == "1.1" and table in {USERS, ROLES} else _READERS[table][0]


def carries_stamps(file: str, package: Package, terms: Terms) -> bool:
    """Whether any row of the file says what became of its record, or when; of a file without rows nothing is known."""
    has_rows = False
    for _line, (_sourced_id, status, modified, *_rest) in CsvFile(
        package, file, columns_for(file, terms), Unheard()
    ).rows():
        if status.strip() or modified.strip():
            return True
        has_rows = True
    return not has_rows


def _typed(table: str, rows: Iterable[tuple[int, Row]], terms: Terms, issues: IssueBook) -> Iterator[Numbered]:
    cells = Cells(table, columns_for(table, terms).kept, issues)
    build = _READERS[table][1]
    is_delta = table in terms.deltas
    for line, values in rows:
        try:
            cells.load(line, values)
            read = _stamped(cells, build, terms) if is_delta else _rows_of(cells, build, terms)
            for row in read:
                yield line, row
        except BadCell as bad:
            issues.quarantine(table, bad.code, line=line, column=bad.column, sourced_id=cells.sourced_id)


def _roles_from_users(rows: Iterable[tuple[int, Row]], terms: Terms, issues: IssueBook) -> Iterator[Numbered]:
    """1.1 keeps roles in users.csv. A row set aside here is named by its person: its roles have no ids of their own."""
    names, unheard = columns.USERS_1_1.kept, Unheard()
    quiet, cells = Cells(USERS, names, unheard), Cells(ROLES, names, issues)
    for line, values in rows:
        try:
            quiet.load(line, values)
            stamp = changed_at(quiet, terms.now) if USERS in terms.deltas else None
            if _is_removed(quiet, required=stamp is not None):
                continue
        except BadCell:
            # Told already, when people were read from the same row; nobody's role is read from it.
            continue
        try:
            cells.take(line, values, quiet.sourced_id)
            for row in _roles_of_user(cells, terms):
                yield line, row._replace(modified=stamp) if stamp else row
        except BadCell as bad:
            issues.quarantine(ROLES, bad.code, line=line, column=bad.column, sourced_id=cells.sourced_id)


def _rows_of(cells: Cells, build: Builder, terms: Terms) -> Iterator[TypedRow | Removal]:
    if _is_removed(cells):
        yield Removal(cells.sourced_id)
    else:
        yield from build(cells, terms)


def _stamped(cells: Cells, build: Builder, terms: Terms) -> Iterator[TypedRow | Removal]:
    """A delta's row must say what became of its record, and when (OneRoster 1.2 CSV, delta)."""
    stamp = changed_at(cells, terms.now)
    if _is_removed(cells, required=True):
        yield Removal(cells.sourced_id, stamp)
        return
    for row in build(cells, terms):
        yield row._replace(modified=stamp)


def _is_removed(cells: Cells, *, required: bool = False) -> bool:
    status = cells.word("status", v.STATUS, required=required, extensible=False)
    if status == "inactive":
        # A word of OneRoster's drafts. It says that the record is not in force, and so nothing may follow from it.
        cells.warn("status", "status_inactive")
    return status in {"tobedeleted", "inactive"}


def _sessions(cells: Cells, terms: Terms) -> Iterator[SessionRow]:
    begins = cells.required_day("startDate")
    ends = cells.required_day("endDate", inclusive=terms.end_date_inclusive)
    in_order(begins, ends, "endDate")
    year = cells.raw("schoolYear")
    if year and not (year.isdigit() and len(year) == 4):
        raise BadCell("bad_year", "schoolYear")
    yield SessionRow(
        sourced_id=cells.sourced_id,
        modified=cells.moment("dateLastModified"),
        title=cells.text("title", required=True),
        type=cells.word("type", v.SESSION_TYPE),
        begins_on=begins,
        ends_on=ends,
        parent=cells.guid("parentSourcedId"),
        school_year=int(year or ends.year),
    )


def _courses(cells: Cells, _terms: Terms) -> Iterator[CourseRow]:
    yield CourseRow(
        sourced_id=cells.sourced_id,
        modified=cells.moment("dateLastModified"),
        title=cells.text("title", required=True),
        course_code=cells.text("courseCode"),
        org=cells.guid("orgSourcedId", required=True),
    )


def _classes(cells: Cells, _terms: Terms) -> Iterator[ClassRow]:
    yield ClassRow(
        sourced_id=cells.sourced_id,
        modified=cells.moment("dateLastModified"),
        title=cells.text("title", required=True),
        class_code=cells.text("classCode"),
        class_type=cells.word("classType", v.CLASS_TYPE),
        school=cells.guid("schoolSourcedId", required=True),
        course=cells.guid("courseSourcedId"),
        grade=cells.text("grades", longest=60),
        subject=cells.text("subjects"),
        sessions=cells.guids("termSourcedIds"),
        begins_on=None,
        ends_on=None,
    )


def _roles(cells: Cells, terms: Terms) -> Iterator[RoleRow]:
    begins, ends = _period(cells, terms)
    yield RoleRow(
        sourced_id=cells.sourced_id,
        modified=cells.moment("dateLastModified"),
        person=cells.guid("userSourcedId", required=True),
        org=cells.guid("orgSourcedId", required=True),
        role=cells.word("role", v.ROLE),
        is_primary=cells.word("roleType", v.ROLE_TYPE, required=False) != "secondary",
        begins_on=begins,
        ends_on=ends,
    )


def _roles_of_user(cells: Cells, _terms: Terms) -> Iterator[RoleRow]:
    """1.1: one role, held in every org that the row names; the first is the primary one."""
    role = cells.word("role", v.ROLE)
    for place, org in enumerate(cells.guids("orgSourcedIds")):
        yield RoleRow(
            sourced_id=_role_id(cells.sourced_id, org),
            modified=cells.moment("dateLastModified"),
            person=cells.sourced_id,
            org=org,
            role=role,
            is_primary=place == 0,
            begins_on=None,
            ends_on=None,
        )


def _role_id(person: str, org: str) -> str:
    # The colon is outside the standard's alphabet: no exporter's own role id can be the same.
    readable = f"{person}:{org}"
    return readable if len(readable) <= 255 else f"{blake2b(readable.encode(), digest_size=16).hexdigest()}:"


def _enrolments(cells: Cells, terms: Terms) -> Iterator[EnrolmentRow]:
    begins, ends = _period(cells, terms)
    yield EnrolmentRow(
        sourced_id=cells.sourced_id,
        modified=cells.moment("dateLastModified"),
        school_class=cells.guid("classSourcedId", required=True),
        school=cells.guid("schoolSourcedId"),
        person=cells.guid("userSourcedId", required=True),
        role=cells.word("role", v.ENROLMENT_ROLE),
        is_primary=cells.truth("primary", default=False),
        begins_on=begins,
        ends_on=ends,
    )


def _period(cells: Cells, terms: Terms) -> tuple[Day, Day]:
    begins, ends = cells.day("beginDate"), cells.day("endDate", inclusive=terms.end_date_inclusive)
    in_order(begins, ends, "endDate")
    return begins, ends


_READERS: Mapping[str, tuple[Columns, Builder]] = MappingProxyType(
    {
        SESSIONS: (columns.SESSIONS, _sessions),
        ORGS: (columns.ORGS, org_rows),
        COURSES: (columns.COURSES, _courses),
        CLASSES: (columns.CLASSES, _classes),
        USERS: (columns.USERS_1_2, person_rows),
        ROLES: (columns.ROLES, _roles),
        ENROLMENTS: (columns.ENROLMENTS, _enrolments),
    }
)
