"""People of the province as the generator holds them, a district at a time."""

from __future__ import annotations

from dataclasses import dataclass, field

from .names import FullName
from .tree import SchoolClass


@dataclass(slots=True)
class RoleHeld:
    org: str
    role: str
    primary: bool = True
    begins: str = ""


@dataclass(slots=True)
class Person:
    sourced_id: str
    username: str
    name: FullName
    gender: str
    born: int  # never written out; it keeps ages, names and families consistent
    people: str
    org: str
    identifier: str = ""
    position: str = ""
    phone: str = ""
    email: str = ""
    roles: list[RoleHeld] = field(default_factory=list)
    wards: list[str] = field(default_factory=list)  # children listed on the guardian's own row

    def take_role(self, org: str, role: str, *, begins: str = "") -> None:
        """Add a role once; the first one in an org is that org's primary role."""
        held = [each for each in self.roles if each.org == org]
        if all(each.role != role for each in held):
            self.roles.append(RoleHeld(org, role, not held, begins))


@dataclass(slots=True)
class Guardianship:
    guardian: Person
    relation: str


@dataclass(slots=True)
class Pupil:
    sourced_id: str
    username: str
    name: FullName
    born: int
    identifier: str
    school_class: SchoolClass
    guardians: list[Guardianship] = field(default_factory=list)
    separate: bool = False


@dataclass(slots=True)
class Teaching:
    """A teacher of a class; ``homeroom`` is the giáo viên chủ nhiệm."""

    school_class: SchoolClass
    teacher: Person
    homeroom: bool
    subjects: tuple[str, ...] = ()
