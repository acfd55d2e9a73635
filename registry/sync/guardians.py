"""Guardian links from claims in either direction. A link grants something only where roles make it true."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

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
_NOWHERE: frozenset[str] = frozenset()
Above = Callable[[str], frozenset[str]]


@dataclass(slots=True)
class LinkFacts:
    """What is said about a pair of guardian and student."""

    relation: str = ""
    said_by_student: bool = False
    said_by_guardian: bool = False
    separate: bool = False
    state: str = UNVERIFIED


@dataclass(slots=True)
class StoredLink:
    """A pair as the registry has it."""

    pk: int
    facts: LinkFacts
    is_ended: bool


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
    """The links as they should be; `of` reads the claims, `difference` compares with the registry."""

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

    def keep(self, stored: dict[Pair, StoredLink], seen: Callable[[str], bool]) -> None:
        """What a person's earlier row said still stands where the row of this package is quarantined or not there."""
        for pair, link in stored.items():
            guardian, student = pair
            by_student = link.facts.said_by_student and not seen(student) and self._people.holds(student)
            by_guardian = link.facts.said_by_guardian and not seen(guardian) and self._people.holds(guardian)
            if not (by_student or by_guardian) or not (self._people.holds(student) and self._people.holds(guardian)):
                continue
            facts = self.desired.setdefault(pair, LinkFacts())
            facts.said_by_student |= by_student
            facts.said_by_guardian |= by_guardian
            facts.relation = facts.relation or link.facts.relation
            facts.separate |= by_student and link.facts.separate
            facts.state = self._state(guardian, student)

    def difference(self, stored: dict[Pair, StoredLink]) -> LinkDifference:
        """Desired against stored. A blocked link stays blocked: a local deny wins over the registry."""
        found = LinkDifference(read=len(self.desired))
        for pair, facts in self.desired.items():
            link = stored.get(pair)
            if link is None:
                found.added[pair] = facts
                continue
            wanted = replace(facts, state=BLOCKED) if link.facts.state == BLOCKED else facts
            if link.is_ended:
                found.restored[pair] = wanted
            elif link.facts != wanted:
                found.changed[pair] = wanted
            else:
                found.unchanged += 1
        found.ended = {pair: link.pk for pair, link in stored.items() if not link.is_ended and pair not in self.desired}
        return found

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
            facts.relation = dict(claim.relations).get(agent, facts.relation)
        else:
            facts.said_by_guardian = True
            facts.relation = facts.relation or dict(claim.relations).get(agent, "")

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


def stored_links(source: Source) -> dict[Pair, StoredLink]:
    """Every link of the source, ended ones too, by its pair."""
    columns = GuardianLink.objects.filter(source=source).values_list(
        *("guardian__sourced_id", "student__sourced_id", "pk", "valid_to"),
        *("relation", "said_by_student", "said_by_guardian", "separate", "state"),
    )
    return {
        (guardian, student): StoredLink(
            pk, LinkFacts(relation, by_student, by_guardian, separate, state), valid_to is not None
        )
        for guardian, student, pk, valid_to, relation, by_student, by_guardian, separate, state in columns.iterator(
            CHUNK
        )
    }
