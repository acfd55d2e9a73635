"""Rows as the registry understands them, the same from 1.1 and 1.2. References are sourcedIds of the same source."""

import datetime as dt
from hashlib import blake2b
from typing import NamedTuple

Day = dt.date | None


class Removal(NamedTuple):
    """A row that says only that its record is gone; its other cells do not matter."""

    sourced_id: str
    modified: dt.datetime | None = None


class SessionRow(NamedTuple):
    """A school year or a part of one."""

    sourced_id: str
    modified: dt.datetime | None
    title: str
    type: str
    begins_on: dt.date
    ends_on: dt.date
    parent: str
    school_year: int


class Span(NamedTuple):
    """A parent and the days it was or is one; `until` is the first day it no longer is."""

    parent: str
    since: Day
    until: Day

    def covers(self, day: dt.date) -> bool:
        """Whether the parent is one on this day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


class OrgRow(NamedTuple):
    """An organisation; `history`, where the source gives it, is every dated parent and wins over `parent`."""

    sourced_id: str
    modified: dt.datetime | None
    name: str
    type: str
    identifier: str
    school_level: str
    valid_from: Day
    valid_to: Day
    parent: str
    history: tuple[Span, ...]


class CourseRow(NamedTuple):
    """What is taught."""

    sourced_id: str
    modified: dt.datetime | None
    title: str
    course_code: str
    org: str


class ClassRow(NamedTuple):
    """A taught group; its dates are filled in from its sessions."""

    sourced_id: str
    modified: dt.datetime | None
    title: str
    class_code: str
    class_type: str
    school: str
    course: str
    grade: str
    subject: str
    sessions: tuple[str, ...]
    begins_on: Day
    ends_on: Day


class PersonRow(NamedTuple):
    """Someone; `agents` are claims about guardians or children, `relations` what each of them is to the student."""

    sourced_id: str
    modified: dt.datetime | None
    enabled: bool
    username: str
    given_name: str
    family_name: str
    middle_name: str
    name: str
    identifier: str
    email: str
    phone: str
    grade: str
    position: str
    gender: str
    agents: tuple[str, ...]
    relations: tuple[str, ...]
    separate: bool


class RoleRow(NamedTuple):
    """What a person is in an org."""

    sourced_id: str
    modified: dt.datetime | None
    person: str
    org: str
    role: str
    is_primary: bool
    begins_on: Day
    ends_on: Day


class EnrolmentRow(NamedTuple):
    """A person in a class."""

    sourced_id: str
    modified: dt.datetime | None
    school_class: str
    school: str
    person: str
    role: str
    is_primary: bool
    begins_on: Day
    ends_on: Day


TypedRow = SessionRow | OrgRow | CourseRow | ClassRow | PersonRow | RoleRow | EnrolmentRow


def digest_of(row: TypedRow) -> bytes:
    """16 bytes that differ when the record does. The date of modification is left out: exporters stamp every row anew."""
    # The separator cannot occur in a cell: control characters are quarantined.
    return blake2b("\x1f".join(map(str, row[2:])).encode(), digest_size=16).digest()


def mark_of(digest: bytes) -> int:
    """What is kept of a digest while millions are compared: 7 bytes as a number, half the memory of 16 as bytes. Two states
    of one record have the same with a probability of 1 in 10^16."""
    return int.from_bytes(digest[:7])
