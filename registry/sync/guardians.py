"""Guardian links from claims in either direction. A link grants something only where roles make it true."""

from collections.abc import Callable, Collection, Container, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from registry.models import GuardianLink, Source
from registry.sync.claims import Claim, Claims
from registry.sync.issues import IssueBook
from registry.sync.known import CHUNK, parts
from registry.sync.references import Target
from registry.sync.tables import USERS

ACTIVE, UNVERIFIED, BLOCKED = GuardianLink.State.ACTIVE, GuardianLink.State.UNVERIFIED, GuardianLink.State.BLOCKED
PARENTS = frozenset({"mother", "father"})
AGENTS = "agentSourcedIds"

Pair = tuple[str, str]
# Whether the student's row, and whether the guardian's, names the other.
Says = tuple[bool, bool]
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
    # Who still says so of links that are not in force, by primary key: (student, guardian). Somebody who comes back is
    # a guardian again where the other's row never ceased to say so.
    said: dict[int, Says] = field(default_factory=dict)

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

    def __init__(
        self,
        *,
        claims: Claims,
        people: Target,
        removed: Container[str],
        returning: Container[str],
        above: Above,
        issues: IssueBook,
        is_delta: bool = False,
    ) -> None:
        """`removed` are the people whom this package ends, `returning` those whom it restores. In a delta it is enough that
        one side withdraws what it said; in a bulk package a link stands while either says so (registry rules, 5.2)."""
        self._claims = claims
        self._standing = claims.standing
        self._people = people
        self._removed = removed
        self._returning = returning
        self._above = above
        self._issues = issues
        self._is_delta = is_delta
        self.desired: dict[Pair, LinkFacts] = {}

    def read(self) -> None:
        """Take every claim whose two people are there; then cut households where parents live apart."""
        claims = self._claims.by_person
        for owner, claim in claims.items():
            for agent in claim.agents:
                self._take(owner, agent, claim)
        for owner, claim in claims.items():
            if claim.separate:
                self._cut(owner, claim)

    def compare(self, stored: Iterable[StoredLink], seen: Container[str]) -> LinkDifference:
        """What is said against what the registry has; `seen` are the people whose rows this package carries."""
        found = LinkDifference()
        met: set[Pair] = set()
        mute: list[StoredLink] = []
        for link in stored:
            # One of which nobody says anything was taken back, or is read the other way round since: that one decides.
            if link.said_by_student or link.said_by_guardian:
                self._weigh(link, seen, met, found)
            else:
                mute.append(link)
        for link in mute:
            self._weigh(link, seen, met, found)
        found.added = {pair: facts for pair, facts in self.desired.items() if pair not in met}
        found.read = len(self.desired)
        return found

    def _weigh(self, link: StoredLink, seen: Container[str], met: set[Pair], found: LinkDifference) -> None:
        pair, turned = (link.guardian, link.student), (link.student, link.guardian)
        says = (False, False)
        if turned not in met:
            says = self._says(link, seen)
            if self._is_over(link, says, seen):
                # Whichever way roles would have it read by now.
                self.desired.pop(pair, None)
                self.desired.pop(turned, None)
            else:
                self._keep(link, says, seen)
        self._compare(link, says, found)
        met.add(pair)

    def _says(self, link: StoredLink, seen: Container[str]) -> Says:
        """Whether the student's and the guardian's row say so after this package: the row that it carries, else what an
        earlier one said. Who is gone says nothing any more."""
        guardian, student = link.guardian, link.student
        by_student = self._claims.names(student, guardian) if student in seen else link.said_by_student
        by_guardian = self._claims.names(guardian, student) if guardian in seen else link.said_by_guardian
        return by_student and self._is_there(student), by_guardian and self._is_there(guardian)

    def _is_over(self, link: StoredLink, says: Says, seen: Container[str]) -> bool:
        """Whether the link is not in force whatever the other side says: it was ended, and nobody says anything new; or a
        delta takes back what one side said, and what the other said earlier is older than that."""
        before = link.said_by_student, link.said_by_guardian
        owners = link.student, link.guardian
        if not link.is_ended:
            taken_back = (
                owner in seen and was and not now for owner, was, now in zip(owners, before, says, strict=True)
            )
            return self._is_delta and any(taken_back)
        news = (
            owner in seen and now and not (was and self._is_delta)
            for owner, was, now in zip(owners, before, says, strict=True)
        )
        return not any(news) and not any(owner in self._returning for owner in owners)

    def _is_there(self, person: str) -> bool:
        return person not in self._removed and self._people.holds(person)

    def _keep(self, link: StoredLink, says: Says, seen: Container[str]) -> None:
        """What a person's earlier row said still stands where the row of this package is quarantined or not there."""
        if not (self._is_there(link.student) and self._is_there(link.guardian)):
            return
        for owner, agent, said in ((link.student, link.guardian, says[0]), (link.guardian, link.student, says[1])):
            if not said or owner in seen:
                continue
            for guardian, student in self._directions(owner, agent):
                facts = self.desired.setdefault((guardian, student), LinkFacts(state=self._state(guardian, student)))
                facts.said_by_student |= owner == student
                facts.said_by_guardian |= owner == guardian
                facts.relation = facts.relation or link.relation
                facts.separate |= owner == student and link.separate

    def _compare(self, link: StoredLink, says: Says, found: LinkDifference) -> None:
        pair = (link.guardian, link.student)
        facts = self.desired.get(pair)
        if facts is None:
            if not link.is_ended:
                found.ended[pair] = link.pk
            if (link.student, link.guardian) in self.desired:
                # The same claim, read the other way round now that roles tell who is whose guardian.
                says = (False, False)
            if says != (link.said_by_student, link.said_by_guardian):
                found.said[link.pk] = says
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
        if agent == owner or not self._is_there(agent):
            code = self._people.refusal(agent) or "dangling_agent"
            self._issues.warn(USERS, code, line=claim.line, column=AGENTS, sourced_id=owner)
            return
        for guardian, student in self._directions(owner, agent):
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

    def _directions(self, owner: str, agent: str) -> list[Pair]:
        """(guardian, student): as roles verify it, also both ways, of which one may not have begun. Where they do not, the
        student's side is the row's own unless only the agent is a student."""
        verified = [pair for pair in ((agent, owner), (owner, agent)) if self._is_guardian_of(*pair)]
        if verified:
            return verified
        students = self._standing.student_at
        return [(owner, agent) if agent in students and owner not in students else (agent, owner)]

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


def stored_links(source: Source, people: Collection[str] | None = None) -> Iterator[StoredLink]:
    """The source's links, ended ones too: all of them, or those with one of these people at either end."""
    links = GuardianLink.objects.filter(source=source)
    met: set[int] = set()
    for side in ("guardian", "student") if people is not None else ("guardian",):
        for found in parts(links, people, by=f"{side}__sourced_id"):
            columns = found.values_list(
                *("pk", "guardian__sourced_id", "student__sourced_id", "valid_to"),
                *("relation", "said_by_student", "said_by_guardian", "separate", "state"),
            )
            for pk, guardian, student, valid_to, *facts in columns.iterator(CHUNK):
                if people is None or pk not in met:
                    yield StoredLink._make((pk, guardian, student, valid_to is not None, *facts))
                if people is not None:
                    met.add(pk)
