"""Who may look after a source: who holds a head's or an administrator's role in the org that it speaks for, or above."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from registry.models import Org, OrgClosure, Person, PersonLink, Source, SyncRun
from registry.selectors import live_orgs, live_roles

# systemAdministrator runs the registry: packages and sources, and sends nothing.
MANAGING_ROLES = frozenset({"districtAdministrator", "siteAdministrator", "principal", "systemAdministrator"})
# A package of so much takes two people to confirm.
OF_TWO = frozenset({Org.Type.STATE, Org.Type.NATIONAL})


def sources_open_to(person: Person) -> QuerySet[Source]:
    """The sources that this person may see, feed, confirm and roll back."""
    seats = live_roles().filter(person=person, role__in=MANAGING_ROLES).values("org")
    over = OrgClosure.objects.filter(descendant=OuterRef("scope_org"), ancestor__in=seats)
    return Source.objects.filter(Exists(over) | Q(scope_org=None, pk__in=_of_roots(seats)))


def orgs_to_set_up(person: Person) -> QuerySet[Org]:
    """The orgs for which this person may say where their data comes from: those below an org that they manage, and their
    own where nobody stands above it."""
    seats = live_roles().filter(person=person, role__in=MANAGING_ROLES).values("org")
    below = OrgClosure.objects.filter(ancestor__in=seats, depth__gt=0).values("descendant")
    tops = Org.objects.filter(pk__in=seats).exclude(above__depth__gt=0).values("pk")
    return live_orgs().filter(Q(pk__in=below) | Q(pk__in=tops))


def sources_to_set_up(person: Person) -> QuerySet[Source]:
    """The sources whose address, secret and schedule this person may change."""
    unnamed = Q(scope_org=None, pk__in=sources_open_to(person).values("pk"))
    return Source.objects.filter(Q(scope_org__in=orgs_to_set_up(person).values("pk")) | unnamed)


def may_look_after_any(person: Person) -> bool:
    """Whether there is a source that this person may see, or an org for which they may set one up."""
    return sources_open_to(person).exists() or orgs_to_set_up(person).exists()


def waiting_for(person: Person) -> QuerySet[SyncRun]:
    """The held runs that this person may decide: none that waits for somebody else beside them."""
    held = SyncRun.objects.filter(state=SyncRun.State.HELD, source__in=sources_open_to(person)).exclude(kept_as="")
    return held.filter(Q(confirmed_by=None) | ~Q(confirmed_by=person))


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
