"""Whom somebody may look up: the people of the orgs that they speak for. Everybody else finds nobody here."""

import threading
import time
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from chatserver.rights.errors import DecidedAbove
from realtime.errors import NotFound, TooFast
from realtime.polling import Pace
from registry.denies import same_humans
from registry.models import GuardianLink, Org, OrgClosure, Person, Role
from registry.models.record import Status
from registry.override_policy import HEADS, outranked
from registry.selectors import SENDING_ROLES, live_roles, today

# A clerk with a parent on the telephone looks up a few people a minute; who writes off a register is faster.
LOOKS_A_SECOND = 0.5
LOOKS_AT_ONCE = 60.0

# Links that the registry claims by roles, denied here or not. What an agent column alone says makes nobody one of ours.
CLAIMED = (GuardianLink.State.ACTIVE, GuardianLink.State.BLOCKED)


@dataclass(frozen=True, slots=True)
class Office:
    """Somebody who speaks for orgs, and which."""

    person: Person
    seats: frozenset[int]
    # Every one of the seats is in a school: its people can be listed; above, they are looked up by name.
    is_school: bool

    def orgs(self) -> "QuerySet[OrgClosure, int]":
        """Ids of the orgs that they speak for: their own and all below."""
        below = OrgClosure.objects.filter(ancestor__in=self.seats, descendant__status=Status.ACTIVE)
        return below.values_list("descendant", flat=True)

    def roles(self) -> QuerySet[Role]:
        """Roles there that the registry says and that are not over, denied or not: what is denied must stay visible to
        those who decide, and what begins next week is asked about today."""
        return unended(Role.objects.filter(org__in=self.orgs()))

    def pupils(self) -> "QuerySet[Role, int]":
        """Ids of the pupils there."""
        return self.roles().filter(role="student").values_list("person", flat=True)

    def people(self) -> QuerySet[Person]:
        """Everybody there: who is something in one of the orgs, and the guardians of its pupils, whose role may stand
        above the school."""
        here = self.roles().filter(person=OuterRef("pk"))
        about = GuardianLink.objects.filter(guardian=OuterRef("pk"), state__in=CLAIMED, student__in=self.pupils())
        return Person.objects.filter(Q(Exists(here)) | Q(Exists(about)), status=Status.ACTIVE)

    def find(self, person_id: int) -> Person:
        """One of them; NotFound for everybody else, wherever they are."""
        found = self.people().filter(pk=person_id).select_related("source").first()
        if found is None:
            raise NotFound
        return found


def office_of(person: Person) -> Office:
    """What this person speaks for; NotFound for who speaks for nothing, TooFast for who looks up one after the other."""
    roles = live_roles().filter(person=person, role__in=SENDING_ROLES)
    types = dict(roles.values_list("org", "org__type"))
    if not types:
        raise NotFound
    with _one_at_a_time:
        wait = _pace.take(person.pk, time.monotonic())
    if wait:
        raise TooFast(retry_after=wait)
    return Office(person, frozenset(types), is_school=set(types.values()) <= {Org.Type.SCHOOL, Org.Type.BRANCH})


def require_over(office: Office, person: Person) -> None:
    """Refuses with DecidedAbove where this person speaks for the same org as the office, or for one above it."""
    if person.pk != office.person.pk and not office.seats - outranked(office.seats, same_humans({person.pk})):
        raise DecidedAbove


def require_may_let_in(office: Office, person: Person) -> None:
    """Refuses with DecidedAbove whoever may not let this person in again: oneself; who is not over them. Over somebody is
    who speaks for an org above every one that they speak for, and the head of their own org unless they head it too; at the
    top of the tree, a colleague."""
    humans = same_humans({person.pk})
    if office.person.pk in humans:
        raise DecidedAbove
    if not office.seats - outranked(office.seats, humans) and not _headed(office) - _reached(humans):
        raise DecidedAbove


def _headed(office: Office) -> set[int]:
    return set(live_roles().filter(person=office.person, role__in=HEADS).values_list("org", flat=True))


def _reached(humans: set[int]) -> set[int]:
    """The orgs that these head and all below, and what is below those for which they speak otherwise."""
    spoken = live_roles().filter(person__in=humans, role__in=SENDING_ROLES)
    heads = OrgClosure.objects.filter(ancestor__in=spoken.filter(role__in=HEADS).values("org"))
    clerks = OrgClosure.objects.filter(ancestor__in=spoken.values("org"), depth__gt=0)
    return {org for found in (heads, clerks) for org in found.values_list("descendant", flat=True)}


def unended(roles: QuerySet[Role]) -> QuerySet[Role]:
    """Those of the roles that the source has not deleted and whose end has not come."""
    return roles.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today()), status=Status.ACTIVE)


_pace = Pace(a_second=LOOKS_A_SECOND, at_once=LOOKS_AT_ONCE)
_one_at_a_time = threading.Lock()
