"""Who names whom as guardian or child, and who holds which of the two roles where: all that guardian links follow from."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from registry.models import Role, Source
from registry.models.record import Status
from registry.selectors import GUARDIAN_ROLES
from registry.sync.known import CHUNK
from registry.sync.references import Target
from registry.sync.rows import PersonRow, RoleRow

STUDENT = "student"


class Claim(NamedTuple):
    """What one person's row says about others."""

    line: int
    agents: tuple[str, ...]
    relations: tuple[tuple[str, str], ...]
    separate: bool


class Held(NamedTuple):
    """A role that matters for links."""

    person: str
    org: str
    is_student: bool


@dataclass(slots=True)
class Standing:
    """Where each person is a student, and where a guardian. Ids only."""

    student_at: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    guardian_at: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, held: Held) -> None:
        """Take a role into account."""
        (self.student_at if held.is_student else self.guardian_at)[held.person].add(held.org)


class Claims:
    """Filled while users and roles are read; small enough for a province."""

    def __init__(self, source: Source, day: dt.date) -> None:
        self._source = source
        self._day = day
        self._guardian_roles = GUARDIAN_ROLES | ({"relative"} if source.relative_is_guardian else set())
        self.by_person: dict[str, Claim] = {}
        self._held: dict[str, Held] = {}

    def hear(self, row: PersonRow, line: int) -> None:
        """Remember what a user row claims."""
        if row.agents:
            self.by_person[row.sourced_id] = Claim(line, row.agents, row.relations, row.separate)

    def hold(self, row: RoleRow) -> None:
        """Remember a student's or guardian's role. One that begins later counts: the day it begins decides at reading."""
        if self._matters(row.role) and (row.ends_on is None or row.ends_on > self._day):
            self._held[row.sourced_id] = Held(row.person, row.org, row.role == STUDENT)

    def forget_people(self, quarantined: Iterable[str]) -> None:
        """Take back what rows said that were set aside after they were heard."""
        for sourced_id in quarantined:
            self.by_person.pop(sourced_id, None)

    def forget_roles(self, quarantined: Iterable[str]) -> None:
        """The same for roles."""
        for sourced_id in quarantined:
            self._held.pop(sourced_id, None)

    def standing(self, roles: Target) -> Standing:
        """Everybody's roles as they will be: those read, and those in the registry that nothing was said against."""
        standing = Standing()
        for held in self._held.values():
            standing.add(held)
        kept = {each for each in roles.known.digests if each not in roles.seen and roles.holds(each)}
        for sourced_id, held in self._stored() if kept else ():
            if sourced_id in kept:
                standing.add(held)
        return standing

    def _matters(self, role: str) -> bool:
        return role == STUDENT or role in self._guardian_roles

    def _stored(self) -> list[tuple[str, Held]]:
        roles = Role.objects.filter(
            source=self._source, status=Status.ACTIVE, role__in=[STUDENT, *self._guardian_roles]
        ).exclude(ends_on__lte=self._day)
        columns = roles.values_list("sourced_id", "person__sourced_id", "org__sourced_id", "role")
        return [(each, Held(person, org, role == STUDENT)) for each, person, org, role in columns.iterator(CHUNK)]
