"""Who is whose guardian (registry rules 5.2: a link in either direction, made true by two roles, not blocked)."""

from collections import defaultdict
from functools import cached_property

from tests.oracle.denies import Denies
from tests.oracle.living import Living
from tests.oracle.tree import Tree
from tests.oracle.world import World


class Guardians:
    """The guardians of one day."""

    def __init__(self, world: World, living: Living, denies: Denies, tree: Tree) -> None:
        self._world = world
        self._living = living
        self._denies = denies
        self._tree = tree

    @cached_property
    def of(self) -> dict[str, set[str]]:
        """Each student's guardians."""
        found: dict[str, set[str]] = defaultdict(set)
        for guardian, student in self._named():
            if self._roles_make_it_true(guardian, student) and not self._denies.of_guardian(guardian, student):
                found[student].add(guardian)
        return found

    def _named(self) -> set[tuple[str, str]]:
        """Whoever says it: each claim is read in both directions, and roles tell which is true."""
        pairs: set[tuple[str, str]] = set()
        for claim in self._world.says:
            last = self._world.sources[claim.source].last_word
            if last is None or claim.since is None or claim.since <= last:
                pairs |= {(claim.speaker, claim.about), (claim.about, claim.speaker)}
        return pairs

    def _roles_make_it_true(self, guardian: str, student: str) -> bool:
        """The one a live student, the other a live guardian at the student's school or above it."""
        schools = [role.org for role in self._living.roles.get(student, ()) if role.role == "student"]
        seats = [role.org for role in self._living.roles.get(guardian, ()) if self._living.is_guardians(role)]
        return any(self._tree.is_at_or_above(seat, school) for seat in seats for school in schools)

    def is_kin(self, adult: str, student: str) -> bool:
        """Whether this human is or was the child's guardian, or is barred from being it: never on the school's side."""
        ever = self.of.get(student, set()) | {one for one, child in self._world.kin if child == student}
        return not self._denies.records(adult).isdisjoint(ever) or self._denies.of_guardian(adult, student)
