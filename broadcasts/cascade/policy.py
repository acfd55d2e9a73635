"""Who sees the chain of a notice and who moves it. Everything that is not named here is refused.

A unit's node is moved by those who answer for the unit today (leaders.py) and by whomever they handed it to, as long as
that one is on the unit's staff; by nobody above, and by nobody because they once led it. The chain is seen by its author,
whole, and by whoever speaks for an org, as far as its units are that org or below it: with the names and telephone numbers
of those who answer for them.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from broadcasts.leaders import ANSWERS_FOR_IT
from broadcasts.models import Broadcast, Node, Receipt
from broadcasts.policy import senders
from realtime.errors import NotFound
from registry.models import OrgClosure, Person, Role
from registry.selectors import STAFF_ROLES, live_roles


@dataclass(frozen=True, slots=True)
class View:
    """A chain as somebody sees it: these units of it, and those of them whose people are named to them."""

    broadcast: Broadcast
    units: frozenset[int]
    named: frozenset[int]


def view_of(person: Person, broadcast_id: int, *, org: int | None = None) -> View:
    """What this person sees of the chain, of this org and below it alone where one is named. NotFound: it is not theirs,
    no unit there is in it, or there is no such chain."""
    broadcast = Broadcast.objects.filter(pk=broadcast_id, wants_carrying_out=True).first()
    if broadcast is None:
        raise NotFound
    nodes = Node.objects.filter(broadcast=broadcast).order_by()
    seats = senders().filter(person=person).values("org")
    named = set(_below(nodes, OrgClosure.objects.filter(ancestor__in=seats)))
    is_author = broadcast.author_id == person.pk
    units = set(nodes.values_list("unit", flat=True)) if is_author else named
    if org is not None:
        units &= set(_below(nodes, OrgClosure.objects.filter(ancestor=org)))
    if not units:
        raise NotFound
    return View(broadcast, frozenset(units), frozenset(named & units))


def moved_by(person: Person) -> QuerySet[Node]:
    """The nodes that this person moves today."""
    answered = live_roles().filter(ANSWERS_FOR_IT, person=person).values("org")
    handed = Q(is_handed=True) & (Q(owner=person) | Q(deputy=person))
    return Node.objects.filter(Q(unit__in=answered) | (handed & Exists(_staff_there().filter(person=person))))


def may_take_over(node: Node, *, holder: int | None) -> QuerySet[Person]:
    """To whom this node can be handed: on the unit's staff today, with the notice in hand; not who has it already."""
    there = OrgClosure.objects.filter(ancestor=node.unit_id).values("descendant")
    staff = live_roles().filter(role__in=STAFF_ROLES, org__in=there).values("person")
    have_it = Receipt.objects.filter(broadcast=node.broadcast_id).values("person")
    return Person.objects.filter(pk__in=staff).filter(pk__in=have_it).exclude(pk=holder or 0)


def _staff_there() -> QuerySet[Role]:
    there = OrgClosure.objects.filter(ancestor=OuterRef(OuterRef("unit"))).values("descendant")
    return live_roles().filter(role__in=STAFF_ROLES, org__in=there)


def _below(nodes: QuerySet[Node], links: QuerySet[OrgClosure]) -> Collection[int]:
    return nodes.filter(unit__in=links.values("descendant")).values_list("unit", flat=True)
