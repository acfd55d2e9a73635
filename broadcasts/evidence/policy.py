"""Who sees what was done with a notice, and who takes it away sealed. Everything that is not named here is refused.

To see: the author, who approved it, and whoever speaks today for its issuer or for an org above that one. To take away,
less: whoever leads the issuer or an org above it today; and the author and who approved it, as long as they work there. Of
those who acted they see by name who works below them or speaks for the issuer or above it, and themselves."""

from collections.abc import Collection

from django.db.models import Q

from broadcasts.leaders import LEADS
from broadcasts.ledger.policy import Standing, adults_named_to
from broadcasts.models import Broadcast
from broadcasts.policy import senders
from registry.models import OrgClosure, Person
from registry.selectors import STAFF_ROLES, live_roles


def may_see(person: Person, broadcast: Broadcast) -> bool:
    """Whether this notice's acts are theirs to see."""
    if person.pk in {broadcast.author_id, broadcast.approved_by_id}:
        return True
    above = OrgClosure.objects.filter(descendant=broadcast.issuer_id).values("ancestor")
    return senders().filter(person=person, org__in=above).exists()


def may_take(person: Person, broadcast: Broadcast) -> bool:
    """Whether they may take the proof of it away."""
    above = OrgClosure.objects.filter(descendant=broadcast.issuer_id).values("ancestor")
    held = live_roles().filter(person=person)
    if held.filter(LEADS, org__in=above).exists():
        return True
    if person.pk not in {broadcast.author_id, broadcast.approved_by_id}:
        return False
    below = OrgClosure.objects.filter(ancestor=broadcast.issuer_id).values("descendant")
    return held.filter(Q(org__in=above) | Q(org__in=below), role__in=STAFF_ROLES).exists()


def named_to(standing: Standing, broadcast: Broadcast, people: Collection[int]) -> dict[int, Person]:
    """Those of these people whom they see by name."""
    above = OrgClosure.objects.filter(descendant=broadcast.issuer_id).values("ancestor")
    seated = senders().filter(org__in=above).values("person")
    visible = Q(pk__in=seated) | Q(pk__in=adults_named_to(standing)) | Q(pk=standing.person.pk)
    return Person.objects.filter(visible, pk__in=people).in_bulk()
