"""How far the units of a chain have got, now."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from broadcasts.cascade.words import State
from broadcasts.leaders import ANSWERS_FOR_IT
from broadcasts.models import Broadcast, Node, Receipt, Urgency
from registry.lists import these
from registry.selectors import live_roles

# T+20 and T+30: how long a unit may be silent before somebody calls it (goals.md 4.D); of the other urgencies until the
# time by which it was asked to confirm.
CALLED_AFTER = {Urgency.FLASH: dt.timedelta(minutes=20), Urgency.VERY_URGENT: dt.timedelta(minutes=30)}


@dataclass(frozen=True, slots=True)
class Stand:
    """One unit of a chain."""

    unit: int
    state: State
    is_overdue: bool


def stands_of(broadcast: Broadcast, units: Collection[int]) -> list[Stand]:
    """These units of the chain, by rising id: three statements."""
    now, seen = timezone.now(), seen_in(broadcast)
    nodes = Node.objects.filter(broadcast=broadcast, unit__in=these(units)).order_by("unit")
    found = nodes.only("unit", "confirm_by", "confirmed_at", "relay", "completed_at")
    return [
        Stand(node.unit_id, state_of(node, is_seen=node.unit_id in seen), is_overdue(node, broadcast, now))
        for node in found
    ]


def told() -> QuerySet[Node]:
    """Nodes with what is shown of them."""
    return Node.objects.select_related("broadcast", "unit", "owner", "deputy", "confirmed_by", "completed_by")


def state_of(node: Node, *, is_seen: bool) -> State:
    """How far this unit has got."""
    if node.completed_at:
        return State.COMPLETED
    if node.relay_id:
        return State.RELAYED
    if node.confirmed_at:
        return State.CONFIRMED
    return State.SEEN if is_seen else State.WAITING


def is_overdue(node: Node, broadcast: Broadcast, now: dt.datetime) -> bool:
    """Whether the next thing that it owes should have been done by now."""
    if node.completed_at:
        return False
    if node.confirmed_at is None and node.confirm_by and node.confirm_by < now:
        return True
    return bool(broadcast.carry_out_by and broadcast.carry_out_by < now)


def seen_in(broadcast: Broadcast) -> set[int]:
    """The units that have not confirmed, but of which somebody who answers for them has opened the notice."""
    opened = Receipt.objects.filter(broadcast=broadcast, seen_at__isnull=False).values("person")
    silent = Node.objects.filter(broadcast=broadcast, confirmed_at__isnull=True).order_by()
    answering = live_roles().filter(ANSWERS_FOR_IT, org__in=silent.values("unit"), person__in=opened)
    handed = silent.filter(Q(owner__in=opened) | Q(deputy__in=opened), is_handed=True)
    return {*answering.order_by().values_list("org", flat=True), *handed.values_list("unit", flat=True)}


def called_from(broadcast: Broadcast) -> dt.datetime | None:
    """From when on silent units are to be called; None: nobody set a time."""
    after = CALLED_AFTER.get(Urgency(broadcast.urgency))
    return broadcast.published_at + after if after else broadcast.acknowledge_by


def silent_units(broadcast: Broadcast) -> Sequence[int]:
    """The units that have not confirmed, by rising id."""
    silent = Node.objects.filter(broadcast=broadcast, confirmed_at__isnull=True)
    return list(silent.order_by("unit").values_list("unit", flat=True))
