"""Wrong rows in a well-formed file."""

from __future__ import annotations

from collections.abc import Callable

from .package import Contents, Table


def upper_case_booleans(contents: Contents) -> None:
    """TRUE and FALSE, as a spreadsheet turns them."""
    contents.set("users", "enabledUser", str.upper)
    contents.set("enrollments", "primary", str.upper)


def mixed_case_vocabulary(contents: Contents) -> None:
    """Homeroom, Student, Teacher."""
    contents.set("classes", "classType", str.capitalize)
    contents.set("enrollments", "role", str.capitalize)


def unknown_vocabulary(contents: Contents) -> None:
    """A role that the standard does not know and that is not marked ext:."""
    contents.set("roles", "role", lambda _: "phuhuynh", rows=slice(-3, None))


def unknown_status(contents: Contents) -> None:
    """status "inactive" and "toBeDeleted"."""
    contents.set("users", "status", lambda _: "inactive", rows=slice(10, 12))
    contents.set("users", "status", lambda _: "toBeDeleted", rows=slice(12, 14))


def status_in_bulk(contents: Contents) -> None:
    """Bulk by the manifest, and yet every row says active and when."""
    for name in ("orgs", "users"):
        contents.set(name, "status", lambda _: "active")
        contents.set(name, "dateLastModified", lambda _: "2026-08-15T02:00:00.000Z")


def american_dates(contents: Contents) -> None:
    """8/27/2018."""

    def flip(value: str) -> str:
        year, month, day = value.split("-")
        return f"{int(month)}/{int(day)}/{year}"

    contents.set("academicSessions", "startDate", flip)
    contents.set("academicSessions", "endDate", flip)


def end_before_start(contents: Contents) -> None:
    """A session that ends before it begins."""
    contents.set("academicSessions", "endDate", lambda _: "2001-01-01", rows=slice(1, 2))


def dangling_school(contents: Contents) -> None:
    """Classes of a school that is misspelt: Sch_000002 for Sch_S00002."""
    contents.set("classes", "schoolSourcedId", lambda value: f"{value}x", rows=slice(0, 3))


def dangling_users(contents: Contents) -> None:
    """Enrolments of people who are in no file."""
    contents.set("enrollments", "userSourcedId", lambda value: f"{value}x", rows=slice(-15, None))


def dangling_agents(contents: Contents) -> None:
    """Guardians who are in no file."""
    contents.set("users", "agentSourcedIds", lambda value: f"{value}x" if value else value, rows=slice(20, 400))


def dangling_course(contents: Contents) -> None:
    """A course that is not there, for all its classes."""
    contents.change("courses", lambda rows: rows[:-1])


def missing_org(contents: Contents) -> None:
    """One school row is missing: one cause, hundreds of consequences."""
    contents.change("orgs", lambda rows: rows[:-1])


def orgs_without_parents(contents: Contents) -> None:
    """A flat list of organisations."""
    contents.set("orgs", "parentSourcedId", lambda _: "")
    contents.set("orgs", "metadata.parentHistory", lambda _: "")


def org_cycle(contents: Contents) -> None:
    """A commune under a school under that commune."""
    table = contents.table("orgs")
    kind, parent = table[0].index("type"), table[0].index("parentSourcedId")
    school = next(row for row in table[1:] if row[kind] == "school" and row[parent])
    upper = next(row for row in table[1:] if row[0] == school[parent])
    upper[parent] = school[0]
    contents.put("orgs", table)


def duplicate_identical(contents: Contents) -> None:
    """The same row twice, to the letter."""
    contents.change("users", lambda rows: [*rows, rows[1]])


def duplicate_different(contents: Contents) -> None:
    """Two people under one sourcedId."""

    def twice(rows: Table) -> Table:
        other = list(rows[-1])
        other[0] = rows[1][0]
        return [*rows, other]

    contents.change("users", twice)


def duplicate_enrolment(contents: Contents) -> None:
    """The same class, person and role under two sourcedIds."""
    contents.change("enrollments", lambda rows: [*rows, [f"{rows[1][0]}.2", *rows[1][1:]]])


def duplicate_username(contents: Contents) -> None:
    """Two people under one user name."""
    place = contents.table("users")[0].index("username")
    taken = contents.table("users")[1][place]
    contents.set("users", "username", lambda _: taken, rows=slice(5, 6))


def enrolment_in_another_school(contents: Contents) -> None:
    """enrollment.school differs from class.school."""
    schools = [row[0] for row in contents.table("orgs")[1:] if row[4] == "school"]
    contents.set(
        "enrollments",
        "schoolSourcedId",
        lambda school: schools[(schools.index(school) + 1) % len(schools)],
        rows=slice(0, 3),
    )


def pupils_agent_is_a_teacher(contents: Contents) -> None:
    """A pupil's agent is the homeroom teacher, who is nobody's guardian: the link grants nothing."""
    enrolments, users = contents.table("enrollments"), contents.table("users")
    roles = contents.table("roles")
    guardians = {row[3] for row in roles[1:] if row[5] == "guardian"}
    teacher = next(row for row in enrolments[1:] if row[6] == "teacher" and row[5] not in guardians)
    pupil = next(row for row in enrolments[1:] if row[6] == "student" and row[3] == teacher[3])
    agents = users[0].index("agentSourcedIds")
    next(row for row in users[1:] if row[0] == pupil[5])[agents] = teacher[5]
    contents.put("users", users)


def disabled_user_still_enrolled(contents: Contents) -> None:
    """People who left: enabledUser is false, their rows in classes remain."""
    contents.set("users", "enabledUser", lambda _: "false", rows=slice(40, 60))


def guardian_without_role(contents: Contents) -> None:
    """Links to adults who hold no guardian role."""
    contents.change("roles", lambda rows: [row for row in rows if row[5] != "guardian"])


def too_long_identifier(contents: Contents) -> None:
    """A sourcedId of 256 characters."""
    contents.set("users", "sourcedId", lambda value: value.ljust(256, "x"), rows=slice(-1, None))


def identifier_with_spaces(contents: Contents) -> None:
    """A sourcedId outside the standard's alphabet."""
    contents.set("users", "sourcedId", lambda value: f"{value} (cũ)", rows=slice(-1, None))


def empty_required_cell(contents: Contents) -> None:
    """People without a family name."""
    contents.set("users", "familyName", lambda _: "", rows=slice(7, 9))


def ragged_rows(contents: Contents) -> None:
    """Rows with a cell too few and a cell too many."""

    def ragged(rows: Table) -> Table:
        return [*rows[:4], rows[4][:-1], [*rows[5], ""], *rows[6:]]

    contents.change("users", ragged)


def lost_zeros(contents: Contents) -> None:
    """Telephone numbers that a spreadsheet took for numbers."""
    for column in ("sms", "phone"):
        contents.set("users", column, lambda value: value.lstrip("0"))


def formula_in_name(contents: Contents) -> None:
    """A name that a spreadsheet would run."""
    contents.set("users", "givenName", lambda _: '=HYPERLINK("http://vidu.example","An")', rows=slice(20, 21))


_ALL: tuple[Callable[[Contents], None], ...] = (
    *(upper_case_booleans, mixed_case_vocabulary, unknown_vocabulary, unknown_status, status_in_bulk),
    *(american_dates, end_before_start, dangling_school, dangling_users, dangling_agents, dangling_course),
    *(missing_org, orgs_without_parents, org_cycle, duplicate_identical, duplicate_different),
    *(duplicate_enrolment, duplicate_username, enrolment_in_another_school, pupils_agent_is_a_teacher),
    *(disabled_user_still_enrolled, guardian_without_role, too_long_identifier, identifier_with_spaces),
    *(empty_required_cell, ragged_rows, lost_zeros, formula_in_name),
)
CHANGES = {change.__name__: change for change in _ALL}
