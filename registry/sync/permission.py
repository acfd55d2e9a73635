"""Who may look after a source: who holds a head's or an administrator's role in the org that it speaks for, or above."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from registry.models import Org, OrgClosure, Person, PersonLink, Source
from registry.selectors import live_roles

# systemAdministrator runs the registry: packages and sources, and sends nothing.
MANAGING_ROLES = frozenset({"districtAdministrator", "siteAdministrator", "principal", "systemAdministrator"})
# A package of so much takes two people to confirm.
OF_TWO = frozenset({Org.Type.STATE, Org.Type.NATIONAL})


def sources_open_to(person: Person) -> QuerySet[Source]:
    """The sources that this person may see, feed, confirm and roll back."""
    seats = live_roles().filter(person=person, role__in=MANAGING_ROLES).values("org")
    over = OrgClosure.objects.filter(descendant=OuterRef("scope_org"), ancestor__in=seats)
    return Source.objects.filter(Exists(over) | Q(scope_org=None, pk__in=_of_roots(seats)))


def needs_two(source: Source) -> bool:
    """Whether a held package of this source waits for a second person: state-wide, or of no known scope."""
    return source.scope_org is None or source.scope_org.type in OF_TWO


def are_two_people(one: Person, other: Person) -> bool:
    """Whether these records are of two humans."""
    linked = PersonLink.objects.filter(Q(one=one, other=other) | Q(one=other, other=one))
    return one.pk != other.pk and not linked.exists()


def _of_roots(seats: "QuerySet[Any, Any]") -> QuerySet[Org, int]:
    """Sources whose orgs stand under none: over several trees without a scope is who holds a role at the top of one."""
    roots = Org.objects.filter(pk__in=seats).exclude(above__depth__gt=0)
    return roots.values_list("source", flat=True)
