"""Who names whom as guardian or child, and who holds which of the two roles where: all that guardian links follow from."""

import datetime as dt
from collections.abc import Collection, Container, Iterable
from typing import NamedTuple

from registry.models import Role, Source
from registry.models.record import Status
from registry.selectors import GUARDIAN_ROLES
from registry.sync.known import CHUNK, parts
from registry.sync.rows import PersonRow, RoleRow

STUDENT = "student"
Places = dict[str, tuple[str, ...]]


class Claim(NamedTuple):
    """What one person's row says about others."""

    line: int
    agents: tuple[str, ...]
    relations: tuple[str, ...]
    separate: bool

    def relation_of(self, agent: str) -> str:
        """The word that the row has for this agent."""
        return self.relations[self.agents.index(agent)] if self.relations else ""


class Standing:
    """Where each person is a student, and where a guardian. Ids only, shared as far as they can be: half a province."""

    def __init__(self) -> None:
        self.student_at: Places = {}
        self.guardian_at: Places = {}
        self._alone: Places = {}

    def add(self, person: str, org: str, *, is_student: bool) -> None:
        """Take a role into account."""
        places = self.student_at if is_student else self.guardian_at
        alone = self._alone.setdefault(org, (org,))
        before = places.setdefault(person, alone)
        if org not in before:
            places[person] = (*before, org)


class Claims:
    """Filled while users and roles are read."""

    def __init__(self, source: Source, day: dt.date) -> None:
        self._source = source
        self._day = day
        self._guardian_roles = GUARDIAN_ROLES | ({"relative"} if source.relative_is_guardian else set())
        self.by_person: dict[str, Claim] = {}
        self.standing = Standing()

    def hear(self, row: PersonRow, line: int) -> None:
        """Remember what a user row claims."""
        if row.agents:
            self.by_person[row.sourced_id] = Claim(line, row.agents, row.relations, row.separate)

    def names(self, owner: str, other: str) -> bool:
        """Whether this person's row names the other."""
        claim = self.by_person.get(owner)
        return claim is not None and other in claim.agents

    def forget(self, people: Iterable[str]) -> None:
        """Take back what rows said that were set aside after they were heard."""
        for sourced_id in people:
            self.by_person.pop(sourced_id, None)

    def hold(self, row: RoleRow) -> None:
        """Remember a student's or guardian's role. One that begins later counts: the day it begins decides at reading."""
        if self._matters(row.role) and (row.ends_on is None or row.ends_on > self._day):
            self.standing.add(row.person, row.org, is_student=row.role == STUDENT)

    def hold_again(self, rows: Iterable[RoleRow]) -> None:
        """Forget every role, and remember these."""
        self.standing = Standing()
        for row in rows:
            self.hold(row)

    def hold_stored(
        self, *, said: Container[str], ended: Container[str], people: Collection[str] | None = None
    ) -> None:
        """Remember the registry's own roles (of these people, where they are named) but for those that this package says
        itself or ends."""
        roles = Role.objects.filter(
            source=self._source, status=Status.ACTIVE, role__in=[STUDENT, *self._guardian_roles]
        ).exclude(ends_on__lte=self._day)
        for found in parts(roles, people, by="person__sourced_id"):
            columns = found.values_list("sourced_id", "person__sourced_id", "org__sourced_id", "role")
            for sourced_id, person, org, role in columns.iterator(CHUNK):
                if sourced_id not in said and sourced_id not in ended:
                    self.standing.add(person, org, is_student=role == STUDENT)

    def _matters(self, role: str) -> bool:
        return role == STUDENT or role in self._guardian_roles
