"""Who reads what was done in a unit: who heads it today, and who heads a unit above it. A clerk does not, nor does who runs
the registry: to everybody else there is no journal. Of a deny nobody reads whom it is about (decision 22)."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from broadcasts.ledger.policy import adults_named_to, standing_of
from broadcasts.policy import senders
from chatserver.people.policy import Office
from realtime.errors import NotFound
from registry.denies import same_humans
from registry.models import AuditLine, Org, OrgClosure, Person
from registry.override_policy import HEADS
from registry.selectors import live_roles


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody who heads units, and which."""

    person: Person
    seats: frozenset[int]

    def orgs(self) -> "QuerySet[OrgClosure, int]":
        """Ids of the units whose lines they read: their own and all below, also those that have ended since."""
        return OrgClosure.objects.filter(ancestor__in=self.seats).values_list("descendant", flat=True)

    def lines(self, org: int | None = None) -> QuerySet[AuditLine]:
        """The lines that they read, of one unit and below it where one is named. NotFound: that one is not theirs."""
        if org is not None and not self.orgs().filter(descendant=org).exists():
            raise NotFound
        above = self.seats if org is None else {org}
        within = OrgClosure.objects.filter(ancestor__in=above).values("descendant")
        about_them = Q(act__startswith="override.", details__person__in=sorted(same_humans({self.person.pk})))
        return AuditLine.objects.filter(org__in=within).exclude(about_them)

    def actors(self, people: Collection[int]) -> dict[int, Person]:
        """Those of these people whom they read by name as having done something: who works in their units, who speaks for
        one above, and themselves."""
        above = OrgClosure.objects.filter(descendant__in=self.seats).values("ancestor")
        known = Q(pk__in=adults_named_to(standing_of(self.person))) | Q(pk=self.person.pk)
        known |= Q(pk__in=senders().filter(org__in=above).values("person"))
        return Person.objects.filter(known, pk__in=people).in_bulk()

    def people(self, people: Collection[int]) -> dict[int, Person]:
        """Those of these people, to whom something was done, whom they might look up by name."""
        return Office(self.person, self.seats, is_school=False).people().filter(pk__in=people).in_bulk()


def desk_of(person: Person) -> Desk:
    """What this person heads today; NotFound for who heads nothing."""
    seats = frozenset(live_roles().filter(person=person, role__in=HEADS).values_list("org", flat=True))
    if not seats:
        raise NotFound
    return Desk(person, seats)


def named_orgs(lines: Collection[AuditLine]) -> dict[int, Org]:
    """The units of these lines."""
    return Org.objects.in_bulk({line.org_id for line in lines if line.org_id})
