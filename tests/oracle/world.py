"""What there is to know before rights can be told: plain data, no rules. Dates are as the registry means them: the begin
counts, the end does not (unless the source says otherwise), and nothing is open."""

import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple

Day = dt.date | None


class Room(NamedTuple):
    """A room by what it is for. `of` is a class, an org, or what thread() and office_thread() make."""

    kind: str
    of: str


def thread(student: str, guardian: str, teacher: str) -> Room:
    """The conversation of one guardian and one teacher about one child (decision 24)."""
    return Room("thread", f"{student}|{guardian}|{teacher}|")


def office_thread(student: str, guardian: str, org: str) -> Room:
    """The conversation of one guardian with the office of this school about one child."""
    return Room("thread", f"{student}|{guardian}||{org}")


@dataclass(frozen=True, slots=True)
class Source:
    """How a source means what it sends. `last_word`: it has been silent for too long since; what begins later waits."""

    relative_is_guardian: bool = False
    end_date_inclusive: bool = False
    last_word: Day = None


@dataclass(frozen=True, slots=True)
class Parent:
    """A time under another org."""

    org: str
    since: Day = None
    until: Day = None


@dataclass(frozen=True, slots=True)
class Org:
    """A unit. `is_deleted`: the source says that it is gone; `until`: from that day on it is dissolved."""

    type: str = "school"
    level: str = ""
    parents: tuple[Parent, ...] = ()
    since: Day = None
    until: Day = None
    is_deleted: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A record of a human."""

    grade: str = ""
    is_enabled: bool = True
    is_deleted: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """What a person is in an org."""

    person: str
    role: str
    org: str
    since: Day = None
    until: Day = None
    is_deleted: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A school year or a part of one."""

    since: Day = None
    until: Day = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Class:
    """A class runs from the first day of its first term to the last of its last one; without any it does not end."""

    school: str
    terms: tuple[str, ...] = ()
    is_homeroom: bool = True
    is_deleted: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A person in a class."""

    person: str
    school_class: str
    role: str = "student"
    since: Day = None
    until: Day = None
    is_deleted: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Says:
    """The row of `speaker` names `about` as guardian or child. Only what is still said belongs in a world; what the other
    side withdrew in a delta is not said any more either (registry rules 5.2)."""

    speaker: str
    about: str
    since: Day = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Deny:
    """A local deny: of a person everywhere, in an org and below, or as the guardian of one student."""

    person: str
    student: str = ""
    org: str = ""
    until: Day = None
    is_ended: bool = False


@dataclass(slots=True)
class World:
    """All of it, by sourcedId."""

    sources: dict[str, Source] = field(default_factory=lambda: {"": Source()})
    orgs: dict[str, Org] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    classes: dict[str, Class] = field(default_factory=dict)
    enrolments: dict[str, Enrolment] = field(default_factory=dict)
    says: set[Says] = field(default_factory=set)
    # Pairs (adult, student) that were guardian and child when the registry last spoke of them, and may have ended since:
    # such an adult still never sits on the school's side of a conversation about the child.
    kin: set[tuple[str, str]] = field(default_factory=set)
    # Pairs of records of one human.
    same: set[frozenset[str]] = field(default_factory=set)
    denies: dict[str, Deny] = field(default_factory=dict)
    # Rooms that were made once: conversations by their first message, others when first derived.
    rooms: set[Room] = field(default_factory=set)
    talk_open: set[Room] = field(default_factory=set)
    # Who has opened which community room, and has had the right to it ever since.
    opened: set[tuple[str, Room]] = field(default_factory=set)
