"""Guardian links from claims in either direction. A link grants something only where roles make it true."""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from registry.models import GuardianLink, Source
from registry.sync.claims import Claim, Claims, Standing
from registry.sync.issues import IssueBook
from registry.sync.known import CHUNK
from registry.sync.references import Target
from registry.sync.tables import USERS

ACTIVE, UNVERIFIED, BLOCKED = GuardianLink.State.ACTIVE, GuardianLink.State.UNVERIFIED, GuardianLink.State.BLOCKED
PARENTS = frozenset({"mother", "father"})
AGENTS = "agentSourcedIds"

Pair = tuple[str, str]
_NOWHERE: tuple[str, ...] = ()
Above = Callable[[str], frozenset[str]]


@dataclass(slots=True)
class LinkFacts:
    """What is said about a pair of guardian and student."""

    relation: str = ""
    said_by_student: bool = False
    said_by_guardian: bool = False
    separate: bool = False
    state: str = UNVERIFIED


class StoredLink(NamedTuple):
    """A pair as the registry has it."""

    pk: int
    guardian: str
    student: str
    is_ended: bool
    relation: str
    said_by_student: bool
    said_by_guardian: bool
    separate: bool
    state: str

    def says(self, facts: LinkFacts) -> bool:
        """Whether the registry has these very facts."""
        return self[4:] == (facts.relation, facts.said_by_student, facts.said_by_guardian, facts.separate, facts.state)


@dataclass(slots=True)
class LinkDifference:
    """What applying would do to guardian links; pairs are (guardian, student) by sourcedId."""

    read: int = 0
    unchanged: int = 0
    added: dict[Pair, LinkFacts] = field(default_factory=dict)
    changed: dict[Pair, LinkFacts] = field(default_factory=dict)
    restored: dict[Pair, LinkFacts] = field(default_factory=dict)
    ended: dict[Pair, int] = field(default_factory=dict)

    @property
    def writes(self) -> dict[Pair, LinkFacts]:
        """Pairs to write."""
        return self.added | self.changed | self.restored

    @property
    def size(self) -> int:
        """How many links read differently afterwards."""
        return len(self.writes) + len(self.ended)

    def counts(self) -> dict[str, int]:
        """For the report and the run's row."""
        return {
            "read": self.read,
            "added": len(self.added),
            "changed": len(self.changed),
            "restored": len(self.restored),
            "removed": len(self.ended),
            "unchanged": self.unchanged,
            "quarantined": 0,
        }


class Links:
    """The links as they should be. `read` the claims first, then `compare` with the registry, once."""

    def __init__(self, *, standing: Standing, people: Target, above: Above, issues: IssueBook) -> None:
        self._standing = standing
        self._people = people
        self._above = above
        self._issues = issues
        self.desired: dict[Pair, LinkFacts] = {}

    def read(self, claims: Claims) -> None:
        """Take every claim whose two people are there; then cut households where parents live apart."""
        for owner, claim in claims.by_person.items():
            for agent in claim.agents:
                self._take(owner, agent, claim)
        for owner, claim in claims.by_person.items():
            if claim.separate:
                self._cut(owner, claim)

    def compare(self, stored: Iterable[StoredLink], seen: Container[str]) -> LinkDifference:
        """What is said against what the registry has; `seen` are the people whose rows this package carries."""
        found = LinkDifference()
        met: set[Pair] = set()
        for link in stored:
            self._keep(link, seen)
            self._compare(link, found)
            met.add((link.guardian, link.student))
        found.added = {pair: facts for pair, facts in self.desired.items() if pair not in met}
        found.read = len(self.desired)
        return found

    def _keep(self, link: StoredLink, seen: Container[str]) -> None:
        """What a person's earlier row said still stands where the row of this package is quarantined or not there."""
        guardian, student = link.guardian, link.student
        by_student = link.said_by_student and student not in seen
        by_guardian = link.said_by_guardian and guardian not in seen
        if not (by_student or by_guardian) or not (self._people.holds(student) and self._people.holds(guardian)):
            return
        facts = self.desired.setdefault((guardian, student), LinkFacts(state=self._state(guardian, student)))
        facts.said_by_student |= by_student
        facts.said_by_guardian |= by_guardian
        facts.relation = facts.relation or link.relation
        facts.separate |= by_student and link.separate

    def _compare(self, link: StoredLink, found: LinkDifference) -> None:
        pair = (link.guardian, link.student)
        facts = self.desired.get(pair)
        if facts is None:
            if not link.is_ended:
                found.ended[pair] = link.pk
            return
        if link.state == BLOCKED:
            # A local deny wins over the registry, whatever roles say.
            facts = replace(facts, state=BLOCKED)
        if link.is_ended:
            found.restored[pair] = facts
        elif not link.says(facts):
            found.changed[pair] = facts
        else:
            found.unchanged += 1

    def _take(self, owner: str, agent: str, claim: Claim) -> None:
        if agent == owner or not self._people.holds(agent):
            self._issues.warn(USERS, "dangling_agent", line=claim.line, column=AGENTS, sourced_id=owner)
            return
        guardian, student = self._direction(owner, agent)
        facts = self.desired.get((guardian, student))
        if facts is None:
            facts = self.desired[guardian, student] = LinkFacts(state=self._state(guardian, student))
            if facts.state == UNVERIFIED:
                self._note_unverified(owner, agent, claim.line)
        if student == owner:
            facts.said_by_student = True
            facts.relation = claim.relation_of(agent) or facts.relation
        else:
            facts.said_by_guardian = True
            facts.relation = facts.relation or claim.relation_of(agent)

    def _direction(self, owner: str, agent: str) -> Pair:
        """(guardian, student): as roles verify it; where they do not, the student's side is the row's own unless only the
        agent is a student."""
        if self._is_guardian_of(agent, owner):
            return agent, owner
        if self._is_guardian_of(owner, agent):
            return owner, agent
        students = self._standing.student_at
        return (owner, agent) if agent in students and owner not in students else (agent, owner)

    def _is_guardian_of(self, guardian: str, student: str) -> bool:
        places = self._standing.guardian_at.get(guardian, _NOWHERE)
        schools = self._standing.student_at.get(student, _NOWHERE)
        return bool(places) and any(not self._above(school).isdisjoint(places) for school in schools)

    def _state(self, guardian: str, student: str) -> str:
        return ACTIVE if self._is_guardian_of(guardian, student) else UNVERIFIED

    def _note_unverified(self, owner: str, agent: str, line: int) -> None:
        guardian_at = self._standing.guardian_at
        code = "guardian_elsewhere" if agent in guardian_at or owner in guardian_at else "agent_not_guardian"
        self._issues.warn(USERS, code, line=line, column=AGENTS, sourced_id=owner)

    def _cut(self, student: str, claim: Claim) -> None:
        """The pupil's household is that of the first-named parent; the other parent's is cut from it."""
        named = [agent for agent in claim.agents if (agent, student) in self.desired]
        parents = [agent for agent in named if self.desired[agent, student].relation in PARENTS]
        for agent in (parents or named)[1:]:
            self.desired[agent, student].separate = True


def stored_links(source: Source) -> Iterator[StoredLink]:
    """Every link of the source, ended ones too."""
    columns = GuardianLink.objects.filter(source=source).values_list(
        *("pk", "guardian__sourced_id", "student__sourced_id", "valid_to"),
        *("relation", "said_by_student", "said_by_guardian", "separate", "state"),
    )
    for pk, guardian, student, valid_to, *facts in columns.iterator(CHUNK):
        yield StoredLink._make((pk, guardian, student, valid_to is not None, *facts))
