"""Units of a chain with all that is told of them: who answers for them and is called, and what became of their relay."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from broadcasts.cascade import standing
from broadcasts.cascade.chain import Link
from broadcasts.cascade.in_hand import Hand, in_hand
from broadcasts.cascade.policy import View
from broadcasts.cascade.relays import Down, downs_of
from broadcasts.ledger.people import Logged
from broadcasts.models import Broadcast, Contact, Node, Receipt
from registry.lists import these
from registry.models import Person
from registry.selectors import STAFF_ROLES, live_roles

OWNER, DEPUTY, OFFICE = "owner", "deputy", "office"


@dataclass(frozen=True, slots=True)
class Answering:
    """Somebody who answers for a unit, as what, and when they opened the notice."""

    person: Person
    role: str
    seen_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """A unit of the chain; nobody of it is named where `is_named` is not set."""

    link: Link
    node: Node
    is_named: bool
    people: Sequence[Answering]
    contacts: Sequence[Logged]
    down: Down | None


def rows_of(view: View, links: Sequence[Link], asking: Person) -> list[Row]:
    """These units: a fixed number of statements, however many they are."""
    units = [link.org.pk for link in links]
    found = standing.told().filter(broadcast=view.broadcast, unit__in=these(units))
    nodes = {node.unit_id: node for node in found}
    named = [unit for unit in units if unit in view.named]
    people = _people(view.broadcast, [nodes[unit] for unit in named])
    contacts = _contacts(view.broadcast, named, asking)
    downs = downs_of([node.relay_id for node in nodes.values() if node.relay_id])
    return [
        Row(
            link=link,
            node=nodes[link.org.pk],
            is_named=link.org.pk in view.named,
            people=people.get(link.org.pk, ()),
            contacts=contacts[link.org.pk],
            down=downs.get(nodes[link.org.pk].relay_id or 0),
        )
        for link in links
    ]


def _people(broadcast: Broadcast, nodes: Sequence[Node]) -> dict[int, list[Answering]]:
    hands = in_hand(nodes)
    answering = {node.unit_id: _as_what(hands[node.pk]) for node in nodes}
    everybody = {person.pk for people in answering.values() for person, _role in people}
    opened = Receipt.objects.filter(broadcast=broadcast, person__in=these(everybody)).values_list("person", "seen_at")
    seen = dict(opened)
    return {
        unit: [Answering(person, role, seen.get(person.pk)) for person, role in people]
        for unit, people in answering.items()
    }


def _as_what(hand: Hand) -> list[tuple[Person, str]]:
    """Each once: who has it in hand, then the others who answer for the unit today."""
    heads = [hand.leaders.owner, *hand.leaders.deputies]
    found = [(hand.owner, OWNER), (hand.deputy, DEPUTY), *((one, DEPUTY) for one in heads)]
    found += [(one, OFFICE) for one in hand.leaders.office]
    first: dict[int, tuple[Person, str]] = {}
    for person, role in found:
        if person is not None:
            first.setdefault(person.pk, (person, role))
    return list(first.values())


def _contacts(broadcast: Broadcast, units: Collection[int], asking: Person) -> dict[int, list[Logged]]:
    """The contacts by hand with who works there (ledger/): "sai số" stands in their notes."""
    staff = live_roles().filter(role__in=STAFF_ROLES).values("person")
    rows = Contact.objects.filter(
        broadcast=broadcast, unit__in=these(units), withdrawn_at__isnull=True, subject__in=staff
    )
    found: dict[int, list[Logged]] = defaultdict(list)
    for one in rows.select_related("by").order_by("at", "pk"):
        found[one.unit_id].append(Logged(one, is_own=one.by_id == asking.pk, may_withdraw=one.by_id == asking.pk))
    return found
