"""What a unit does about a notice: it confirms, reports done, takes that back, hands it to a colleague. Each is one
transaction and safe to repeat; whoever watches the chain learns of it."""

import datetime as dt

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from broadcasts import board
from broadcasts.cascade import policy, standing
from broadcasts.cascade.errors import ConfirmFirst, NotOfTheUnit
from broadcasts.cascade.in_hand import in_hand
from broadcasts.content import one_line, within
from broadcasts.correcting.errors import AlreadyCorrected
from broadcasts.correcting.rows import holds
from broadcasts.models import Broadcast, Node
from realtime.errors import NotFound
from registry import audit
from registry.models import Person

NOTE_LIMIT = 500


def confirm(person: Person, broadcast: Broadcast, *, at: dt.datetime) -> None:
    """Somebody took note of the notice for themselves: the units for which they answer have confirmed it, `at` this time.
    Within the transaction of that answer."""
    if not broadcast.wants_carrying_out:
        return
    # Of several answers the first one counts, also when it is heard of last.
    later = Q(confirmed_at__isnull=True) | Q(confirmed_at__gt=at)
    open_nodes = policy.moved_by(person).filter(later, broadcast=broadcast)
    for node in open_nodes.values_list("pk", flat=True):
        _change(node, confirmed_at=at, confirmed_by=person)


@transaction.atomic
def complete(person: Person, broadcast_id: int, unit: int, *, note: str) -> Node:
    """The node, reported as done with this note. Again with the same note: as it is. ConfirmFirst before it is confirmed."""
    said = one_line(note)
    kept = within(NOTE_LIMIT, note=said) if said else ""
    node = locked(person, broadcast_id, unit)
    if node.confirmed_at is None:
        raise ConfirmFirst
    if node.completed_at is None or node.note != kept:
        _change(node.pk, completed_at=node.completed_at or timezone.now(), completed_by=person, note=kept)
        _tell(person, node, "node.complete")
    return _as_it_is(node)


@transaction.atomic
def reopen(person: Person, broadcast_id: int, unit: int) -> Node:
    """The node, not done after all. Again: nothing changes."""
    node = locked(person, broadcast_id, unit)
    if node.completed_at is not None:
        _change(node.pk, completed_at=None, completed_by=None, note="")
        _tell(person, node, "node.reopen")
    return _as_it_is(node)


@transaction.atomic
def hand_over(person: Person, broadcast_id: int, unit: int, *, to: int) -> Node:
    """The node in the hands of a colleague, its owner so far as their deputy. NotOfTheUnit: whoever is not on the unit's
    staff today, or has not received the notice."""
    node = locked(person, broadcast_id, unit)
    hand = in_hand([standing.told().get(pk=node.pk)])[node.pk]
    holder = hand.owner.pk if hand.owner else None
    if holder == to:
        return _as_it_is(node)
    if not policy.may_take_over(node, holder=holder).filter(pk=to).exists():
        raise NotOfTheUnit
    # Who leads the unit stands in as long as they lead it, and needs no name here.
    _change(
        node.pk,
        owner=to,
        deputy=None if holder in hand.leading else holder,
        is_handed=to not in hand.leading,
    )
    _tell(person, node, "node.hand_over", to=to)
    return _as_it_is(node)


def colleagues(person: Person, broadcast_id: int, unit: int) -> list[Person]:
    """To whom this person can hand the node over, by name; NotFound where it is not theirs."""
    node = policy.moved_by(person).filter(broadcast=broadcast_id, unit=unit).first()
    if node is None:
        raise NotFound
    hand = in_hand([standing.told().get(pk=node.pk)])[node.pk]
    found = policy.may_take_over(node, holder=hand.owner.pk if hand.owner else None)
    return sorted(found, key=lambda one: (one.search_text, one.pk))


def passed_down(node_id: int, relay: Broadcast) -> None:
    """The unit's own notice has left. The node must be locked, and not passed down before."""
    _change(node_id, relay=relay, relayed_at=relay.published_at)
    board.progressed(Broadcast.objects.get(nodes=node_id))


def locked(person: Person, broadcast_id: int, unit: int) -> Node:
    """The node, if this person moves it; NotFound for everybody else, AlreadyCorrected where another
    notice has taken the place of its own. Nobody else changes it until the transaction ends."""
    mine = policy.moved_by(person).filter(broadcast=broadcast_id, unit=unit).values("pk")
    rows = Node.objects.select_for_update(of=("self",)).select_related("broadcast", "unit")
    found = rows.filter(pk__in=mine).first()
    if found is None:
        raise NotFound
    if not holds(found.broadcast):
        raise AlreadyCorrected(by=found.broadcast.superseded_by_id, how=found.broadcast.superseded_how)
    return found


def _change(node_id: int, **fields: object) -> None:
    Node.objects.filter(pk=node_id).update(changes=F("changes") + 1, **fields)


def _tell(person: Person, node: Node, act: str, **facts: int) -> None:
    board.progressed(node.broadcast)
    audit.record(
        person,
        act,
        subject=f"node:{node.pk}",
        concerning=node.unit_id,
        broadcast=node.broadcast_id,
        unit=node.unit_id,
        **facts,
    )


def _as_it_is(node: Node) -> Node:
    return standing.told().get(pk=node.pk)
