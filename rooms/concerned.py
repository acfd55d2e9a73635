"""Which rooms, and whose seats there, a change of the registry may concern: always enough, and few for a small change."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Q

from registry.changes import AccessChange
from registry.denies import same_humans
from registry.lists import these
from registry.models import Enrolment, GuardianLink, OrgClosure, Role
from rooms.kinds import RoomKind, kinds
from rooms.models import Member, Room

# SQLite takes 32,766 values in a statement.
BATCH = 10_000


class Part(NamedTuple):
    """Rooms of one kind, None for all, in which everybody is to be seated, or these people alone."""

    rooms: frozenset[int] | None
    people: frozenset[int] | None = None


@dataclass(slots=True)
class Concern:
    """Ids of `rooms` in which anybody's seat may differ, and of those `beside` them that only some `people` lead to: where
    a kind's seats stand apart, nobody else's can differ there."""

    rooms: set[int] = field(default_factory=set)
    beside: set[int] = field(default_factory=set)
    people: set[int] = field(default_factory=set)

    def by_kind(self) -> Iterator[tuple[RoomKind, list[Part]]]:
        """Every kind with what is to be seated of it. What was `beside` and has to be seated whole is among the rooms then."""
        found: dict[str, set[int]] = defaultdict(set)
        named = Room.objects.filter(pk__in=these(self.rooms | self.beside))
        for room, slug in named.values_list("pk", "kind"):
            found[slug].add(room)
        for kind in kinds():
            if not kind.seats_stand_apart or len(self.people) > BATCH:
                self.rooms |= found[kind.slug]
            self.beside -= self.rooms
            whole, beside = found[kind.slug] & self.rooms, found[kind.slug] & self.beside
            yield kind, [Part(frozenset(whole)), Part(frozenset(beside), frozenset(self.people))]


def concern_of(change: AccessChange) -> Concern:
    """What may differ after this change; rooms yet to be made are rooms/standing.py's."""
    found = Concern()
    for some in _batches(change.people):
        # One record of a human may bar the others: whoever told of one told of all.
        people = same_humans(set(some))
        guardians = set(GuardianLink.objects.filter(student__in=people).values_list("guardian", flat=True))
        found.people |= guardians.union(people)
        found.beside |= _of_people(people, guardians)
    for classes in _batches(change.classes):
        found.rooms |= _ids(Q(school_class__in=classes) | Q(student__enrolments__school_class__in=classes))
    for orgs in _batches(change.orgs):
        found.rooms |= _of_orgs(orgs)
    return found


def _of_people(people: set[int], guardians: set[int]) -> set[int]:
    """Where they sit, where their enrolments, children and roles (live or ended) may seat them, threads about them."""
    # Also where their guardians sit: an enrolment that was rewritten no longer says which class it was for.
    children = set(GuardianLink.objects.filter(guardian__in=people).values_list("student", flat=True))
    seated = set(Member.objects.filter(person__in=guardians.union(people)).values_list("room", flat=True))
    # Ids, not subqueries: "one of these or of those" lets no index be used, and reads every enrolment of a province.
    enrolments = Enrolment.objects.filter(person__in=children.union(people))
    classes = set(enrolments.values_list("school_class", flat=True).distinct())
    orgs = Role.objects.filter(person__in=people).values("org")
    above = OrgClosure.objects.filter(descendant__in=orgs, depth=1).values("ancestor")
    return (
        seated
        | _ids(Q(school_class__in=classes))
        | _ids(Q(org__in=orgs, kind="staff") | Q(org__in=above, kind="staff"))
        | _ids(Q(student__in=people) | Q(guardian__in=people) | Q(teacher__in=people) | Q(student__in=children))
        | _ids(Q(org__in=orgs, kind="thread", teacher__isnull=True))
    )


def _of_orgs(orgs: list[int]) -> set[int]:
    """Rooms of these orgs, of those above and below; and community rooms anywhere, where a subtree may have moved."""
    near = OrgClosure.objects.filter(Q(ancestor__in=orgs) | Q(descendant__in=orgs))
    by_rule = [kind.slug for kind in kinds() if kind.is_by_rule]
    return (
        _ids(Q(org__in=orgs))
        | _ids(Q(org__in=near.values("ancestor"), kind="staff") | Q(org__in=near.values("descendant")))
        | _ids(Q(kind__in=by_rule, members__isnull=False))
    )


def _ids(condition: Q) -> set[int]:
    return set(Room.objects.filter(condition).values_list("pk", flat=True).distinct())


def _batches(ids: set[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
