"""In whose hands a unit's part is today: with the colleague to whom it was handed, as long as they work there; else with
whoever leads the unit now, whoever led it when the notice came."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from broadcasts.leaders import NOBODY, Leaders, leaders_of
from broadcasts.models import Node
from registry.lists import these
from registry.models import Person
from registry.selectors import STAFF_ROLES, live_roles


class Charge(StrEnum):
    """As what somebody has it in hand."""

    LEADER = "leader"
    HANDED = "handed"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Hand:
    """Who has one node in hand, who stands in for them, and who else answers for the unit."""

    owner: Person | None
    deputy: Person | None
    charge: Charge
    leaders: Leaders

    @property
    def leading(self) -> set[int]:
        """Ids of those who lead the unit."""
        return {one.pk for one in (self.leaders.owner, *self.leaders.deputies) if one}


def in_hand(nodes: Sequence[Node]) -> dict[int, Hand]:
    """By node: a statement, and one more where something was handed on, however many they are. Owner and deputy should have
    been fetched with them."""
    leaders, there = leaders_of([node.unit_id for node in nodes]), _staff_of(nodes)
    return {node.pk: _hand(node, leaders.get(node.unit_id, NOBODY), there) for node in nodes}


def _hand(node: Node, leaders: Leaders, there: Collection[tuple[int, int]]) -> Hand:
    heads = [one for one in (leaders.owner, *leaders.deputies) if one]
    is_handed = node.is_handed and _is_there(node.owner, node, there)
    handed = (person for person in (node.owner, node.deputy) if is_handed and _is_there(person, node, there))
    # As they were named: the first of a unit's leaders is not always the one who has it in hand.
    named = (person for person in (node.owner, node.deputy) if person and person in heads)
    found = _each_once([*handed, *named, *heads])
    owner, deputy = (*found, None, None)[:2]
    if owner is None:
        return Hand(None, None, Charge.NOBODY, leaders)
    return Hand(owner, deputy, Charge.LEADER if owner in heads else Charge.HANDED, leaders)


def _is_there(person: Person | None, node: Node, there: Collection[tuple[int, int]]) -> bool:
    return person is not None and (person.pk, node.unit_id) in there


def _each_once(people: Iterable[Person | None]) -> list[Person]:
    return list({one.pk: one for one in people if one is not None}.values())


def _staff_of(nodes: Sequence[Node]) -> set[tuple[int, int]]:
    """To whom something was handed, each with the unit on whose staff they are today."""
    handed = [node for node in nodes if node.is_handed]
    if not handed:
        return set()
    people = {person for node in handed for person in (node.owner_id, node.deputy_id) if person}
    held = live_roles().filter(
        person__in=these(people),
        role__in=STAFF_ROLES,
        org__above__ancestor__in=these([node.unit_id for node in handed]),
    )
    return set(held.order_by().values_list("person", "org__above__ancestor"))
