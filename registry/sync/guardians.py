"""Guardian links from claims in either direction. A link grants something only where roles make it true."""

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.db.models import Exists, OuterRef

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
    # The same two are stored the other way round too.
    has_twin: bool

    def says(self, facts: LinkFacts) -> bool:
        """Whether the registry has these very facts."""
        return self[4:9] == (facts.relation, facts.said_by_student, facts.said_by_guardian, facts.separate, facts.state)

    def is_said_by(self, person: str) -> bool:
        """Whether this one of the two says so."""
        return self.said_by_student if person == self.student else self.said_by_guardian


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
        twins: dict[frozenset[str], list[StoredLink]] = {}
        for link in stored:
            met.add((link.guardian, link.student))
            if link.has_twin:
                twins.setdefault(frozenset((link.guardian, link.student)), []).append(link)
            else:
                self._weigh([link], seen, found)
        for both in twins.values():
            self._weigh(both, seen, found)
        found.added = {pair: facts for pair, facts in self.desired.items() if pair not in met}
        found.read = len(self.desired)
        return found

    def _weigh(self, links: list[StoredLink], seen: Container[str], found: LinkDifference) -> None:
        """What is stored of two people, in one direction or in both: who said so is asked of the two, not of a direction,
        for roles may have it read the other way round by now."""
        # What is said is kept in one of them, the one that has it already.
        links.sort(key=lambda link: not (link.said_by_student or link.said_by_guardian))
        student, guardian = pair = links[0].student, links[0].guardian
        before = {person: any(link.is_said_by(person) for link in links) for person in pair}
        now = {
            owner: self._is_there(owner) and (self._claims.names(owner, other) if owner in seen else before[owner])
            for owner, other in (pair, pair[::-1])
        }
        if self._is_over(before, now, seen, is_ended=all(link.is_ended for link in links)):
            self.desired.pop((guardian, student), None)
            self.desired.pop((student, guardian), None)
        else:
            self._keep(links, now, seen)
        for link in links:
            self._compare(link, (now[student], now[guardian]) if link is links[0] else (False, False), found)

    def _is_over(
        self, before: Mapping[str, bool], now: Mapping[str, bool], seen: Container[str], *, is_ended: bool
    ) -> bool:
        """Whether nothing is in force whatever the other side says: it was ended, and nobody says anything new; or a delta
        takes back what one side said, and what the other said earlier is older than that."""
        if not is_ended:
            return self._is_delta and any(each in seen and before[each] and not now[each] for each in now)
        news = (each in seen and now[each] and not (before[each] and self._is_delta) for each in now)
        return not any(news) and not any(each in self._returning for each in now)

    def _is_there(self, person: str) -> bool:
        return person not in self._removed and self._people.holds(person)

    def _keep(self, links: list[StoredLink], now: Mapping[str, bool], seen: Container[str]) -> None:
        """What a person's earlier row said still stands where the row of this package is quarantined or not there."""
        if not all(self._is_there(person) for person in now):
            return
        relation = next((link.relation for link in links if link.relation), "")
        for owner, agent in (tuple(now), tuple(now)[::-1]):
            if not now[owner] or owner in seen:
                continue
            for guardian, student in self._directions(owner, agent):
                facts = self.desired.setdefault((guardian, student), LinkFacts(state=self._state(guardian, student)))
                facts.said_by_student |= owner == student
                facts.said_by_guardian |= owner == guardian
                facts.relation = facts.relation or relation
                facts.separate |= owner == student and any(link.separate for link in links)

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
    twin = GuardianLink.objects.filter(source=source, guardian=OuterRef("student"), student=OuterRef("guardian"))
    links = GuardianLink.objects.filter(source=source).annotate(has_twin=Exists(twin))
    met: set[int] = set()
    for side in ("guardian", "student") if people is not None else ("guardian",):
        for found in parts(links, people, by=f"{side}__sourced_id"):
            columns = found.values_list(
                *("pk", "guardian__sourced_id", "student__sourced_id", "valid_to"),
                *("relation", "said_by_student", "said_by_guardian", "separate", "state", "has_twin"),
            )
            for pk, guardian, student, valid_to, *facts in columns.iterator(CHUNK):
                if people is None or pk not in met:
                    yield StoredLink._make((pk, guardian, student, valid_to is not None, *facts))
                if people is not None:
                    met.add(pk)
