"""What local denies take: they win over whatever the registry says (decision 5), in every record of the human."""

import datetime as dt
from functools import cached_property

from tests.oracle.tree import Tree
from tests.oracle.world import Deny, World


class Denies:
    """The denies that stand on one day."""

    def __init__(self, world: World, day: dt.date, tree: Tree) -> None:
        self._world = world
        self._day = day
        self._tree = tree

    @cached_property
    def _standing(self) -> list[Deny]:
        return [
            deny
            for deny in self._world.denies.values()
            if not deny.is_ended and (deny.until is None or self._day < deny.until)
        ]

    @cached_property
    def _humans(self) -> dict[str, set[str]]:
        human: dict[str, set[str]] = {}
        for pair in self._world.same:
            together = set().union(*(human.get(person, {person}) for person in pair))
            for person in together:
                human[person] = together
        return human

    def records(self, person: str) -> set[str]:
        """All records of this human."""
        return self._humans.get(person, {person})

    def of_person(self, person: str, org: str) -> bool:
        """Whether this human is denied everywhere, in this org or in one above it."""
        return any(
            deny.person in self.records(person) and (not deny.org or self._tree.is_at_or_above(deny.org, org))
            for deny in self._standing
            if not deny.student
        )

    def of_guardian(self, guardian: str, student: str) -> bool:
        """Whether this human is denied for this child."""
        return any(
            deny.person in self.records(guardian) and deny.student in self.records(student)
            for deny in self._standing
            if deny.student
        )
