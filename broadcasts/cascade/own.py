"""What a reader of notices has to carry out: the nodes that are theirs to move."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from broadcasts.cascade import policy, standing
from broadcasts.cascade.in_hand import Hand, in_hand
from broadcasts.cascade.relays import Down, downs_of
from broadcasts.models import Draft, Node
from registry.models import Person

State = Draft.State
ON_ITS_WAY = (State.WRITING, State.RETURNED, State.SUBMITTED, State.LEAVING)


@dataclass(frozen=True, slots=True)
class Own:
    """A node that this person moves; in whose hands it is today, how far its relay has got, and a draft of one that they have
    on hand."""

    node: Node
    hand: Hand
    down: Down | None
    draft: int | None


def own_nodes(person: Person, broadcast_ids: Collection[int]) -> dict[int, list[Own]]:
    """Their nodes of these notices: none where none asks to be carried out, six statements otherwise, seven where one was
    handed on."""
    if not broadcast_ids:
        return {}
    mine = policy.moved_by(person).filter(broadcast__in=broadcast_ids).values("pk")
    nodes = list(standing.told().filter(pk__in=mine).order_by("unit"))
    downs = downs_of([node.relay_id for node in nodes if node.relay_id])
    drafts = Draft.objects.filter(author=person, relays__in=nodes, state__in=ON_ITS_WAY).order_by("pk")
    on_hand = dict(drafts.values_list("relays", "pk"))
    found: dict[int, list[Own]] = defaultdict(list)
    hands = in_hand(nodes)
    for node in nodes:
        found[node.broadcast_id].append(Own(node, hands[node.pk], downs.get(node.relay_id or 0), on_hand.get(node.pk)))
    return found
