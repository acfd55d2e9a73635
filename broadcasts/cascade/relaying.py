"""Triển khai xuống: a unit passes a notice down with its own instruction, on the way of every other notice."""

import uuid
from typing import Any

from django.db import transaction

from broadcasts.audiences import Audience
from broadcasts.cascade import moving, policy
from broadcasts.cascade.errors import AlreadyRelayed, ConfirmFirst, DrillStaysDrill, RelayElsewhere
from broadcasts.content import Content
from broadcasts.correcting.errors import AlreadyCorrected
from broadcasts.correcting.rows import holds
from broadcasts.drafts import keeping
from broadcasts.errors import NameTaken
from broadcasts.ledger.policy import OF_A_SCHOOL
from broadcasts.models import Draft, Kind, Node, Role
from broadcasts.selection import Selection
from realtime.errors import NotAllowed
from registry.models import OrgClosure, Person

# Of a school its families and teachers, of an office the heads below it: the author chooses among them.
DOWN_FROM_SCHOOL = (Role.GUARDIANS, Role.STUDENTS, Role.TEACHERS)
DOWN_FROM_OFFICE = (Role.STAFF,)


@transaction.atomic
def begin(person: Person, broadcast_id: int, unit: int, *, client_broadcast_id: uuid.UUID) -> tuple[Draft, bool]:
    """A draft of the unit's own notice, to be written, and whether this call made it: under the same name the one that is
    there. ConfirmFirst, AlreadyRelayed; NotAllowed to who may send nothing."""
    node = moving.locked(person, broadcast_id, unit)
    if node.confirmed_at is None:
        raise ConfirmFirst
    if node.relay_id and not Draft.objects.filter(author=person, client_broadcast_id=client_broadcast_id).exists():
        raise AlreadyRelayed(relay=node.relay_id)
    draft, is_new = keeping.save(person, _first_words(node), client_broadcast_id=client_broadcast_id, relays=node)
    if draft.relays_id != node.pk:
        raise NameTaken
    return draft, is_new


def require(draft: Draft, content: Content, audience: Audience) -> None:
    """Refuses a draft that passes something down and may not today: its author has nothing to say there any more, the unit
    has passed it down meanwhile, it goes elsewhere, or takes a drill for real. Locks the node until the transaction ends."""
    if draft.relays_id is None:
        return
    node = Node.objects.select_for_update(of=("self",)).select_related("broadcast").get(pk=draft.relays_id)
    if not policy.moved_by(draft.author).filter(pk=node.pk).exists():
        raise NotAllowed
    if not holds(node.broadcast):
        raise AlreadyCorrected(by=node.broadcast.superseded_by_id, how=node.broadcast.superseded_how)
    if node.relay_id is not None:
        raise AlreadyRelayed(relay=node.relay_id)
    if not OrgClosure.objects.filter(ancestor=node.unit_id, descendant=audience.org.pk).exists():
        raise RelayElsewhere
    if content.is_exercise != node.broadcast.is_exercise:
        raise DrillStaysDrill


def _first_words(node: Node) -> dict[str, Any]:
    """What the author finds written: all of it may be changed, but not that a drill is one."""
    above = node.broadcast
    roles = DOWN_FROM_SCHOOL if node.unit.type in OF_A_SCHOOL else DOWN_FROM_OFFICE
    return {
        "audience": Selection(org=node.unit_id).kept(),
        "roles": [role.value for role in roles],
        "kind": Kind.DIRECTION.value,
        "urgency": above.urgency,
        "title": above.title,
        "body": "",
        "wants_acknowledgement": True,
        "is_exercise": above.is_exercise,
    }
