"""Who sees how far a notice has got where, and who sees there whom by name. Everything that is not named here is refused.

Who speaks for an org sees its units and those below, whoever sent the notice; a class's own notice is its school's matter
and goes no higher. Who teaches a class sees its pupils. The author sees the numbers of the whole. Names are for those who
work with them: pupils for their school and the class's teachers, grown-ups for who speaks for their unit or above it.
Asked of the registry of today, each time: who has left is named to nobody there.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from broadcasts.ledger.words import Part
from broadcasts.models import Broadcast
from broadcasts.policy import senders, teaching
from registry.models import Org, OrgClosure, Person, Role, SchoolClass
from registry.selectors import STAFF_ROLES, live_classes, live_enrolments, live_roles

# Whoever speaks for one of these works in it, and knows its pupils.
OF_A_SCHOOL = frozenset({Org.Type.SCHOOL, Org.Type.DEPARTMENT, Org.Type.BRANCH})


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is today: the orgs that they speak for, topmost first, and the classes that they teach."""

    person: Person
    seats: tuple[Org, ...]
    classes: tuple[SchoolClass, ...]

    @property
    def school_seats(self) -> list[int]:
        """Ids of the schools, and units inside schools, among the seats."""
        return [seat.pk for seat in self.seats if seat.type in OF_A_SCHOOL]

    @property
    def offices(self) -> list[int]:
        """Ids of the other seats: above schools."""
        return [seat.pk for seat in self.seats if seat.type not in OF_A_SCHOOL]


def standing_of(person: Person) -> Standing:
    """What this person is today: two statements."""
    seats = Org.objects.filter(pk__in=senders().filter(person=person).values("org"))
    classes = live_classes().filter(pk__in=teaching().filter(person=person).values("school_class"))
    return Standing(
        person,
        tuple(seats.annotate(depth=Count("above")).order_by("depth", "pk")),
        tuple(classes.select_related("school").order_by("title", "pk")),
    )


def may_open_org(standing: Standing, broadcast: Broadcast, org: Org) -> bool:
    """Whether they see the numbers of this notice in this org and below it."""
    seats = _seats_for(standing, broadcast)
    return _is_below(org.pk, seats) or _is_of_author(standing, broadcast, org)


def may_open_class(standing: Standing, broadcast: Broadcast, school_class: SchoolClass) -> bool:
    """Whether they see the numbers of this notice in this class."""
    if school_class.pk in {one.pk for one in standing.classes}:
        return True
    if broadcast.author_id == standing.person.pk and broadcast.audience_class_id == school_class.pk:
        return True
    return may_open_org(standing, broadcast, school_class.school)


def named_in_org(standing: Standing, org: Org) -> frozenset[Part]:
    """Of whom lists of this org give names to them. Of pupils only where the org is a school."""
    found = set()
    if _is_below(org.pk, [seat.pk for seat in standing.seats]):
        found.add(Part.ADULT)
    if org.type in OF_A_SCHOOL and _is_below(org.pk, standing.school_seats):
        found.add(Part.PUPIL)
    return frozenset(found)


def named_in_class(standing: Standing, school_class: SchoolClass) -> frozenset[Part]:
    """The same of a class, whose lists hold pupils alone."""
    teaches = school_class.pk in {one.pk for one in standing.classes}
    return frozenset({Part.PUPIL} if teaches or _is_below(school_class.school_id, standing.school_seats) else ())


def pupils_named_to(standing: Standing) -> "list[QuerySet[Any, Any]]":
    """Ids of the pupils whom they see by name, wherever a list holds them: those of their schools, those of their classes;
    none where they have neither."""
    found: list[QuerySet[Any, Any]] = []
    if seats := standing.school_seats:
        found.append(live_roles().filter(role="student", org__in=_below(seats)).values("person"))
    if classes := [one.pk for one in standing.classes]:
        found.append(live_enrolments().filter(role="student", school_class__in=classes).values("person"))
    return found


def adults_named_to(standing: Standing) -> "QuerySet[Role, Any]":
    """Ids of the grown-ups whom they see by name: who works in an org that they speak for, or below it."""
    seats = [seat.pk for seat in standing.seats]
    return live_roles().filter(role__in=STAFF_ROLES, org__in=_below(seats)).values("person")


def is_named_to(standing: Standing, person_id: int, *, is_pupil: bool) -> bool:
    """Whether they see this one by name."""
    whom = pupils_named_to(standing) if is_pupil else [adults_named_to(standing)]
    return any(people.filter(person=person_id).exists() for people in whom)


def may_withdraw(standing: Standing, *, by: int, units_headed: Collection[int], unit: int) -> bool:
    """Whether they may take back a contact in this unit that they see: who logged it, and the head of the unit."""
    return by == standing.person.pk or unit in units_headed


def headed_by(person: Person) -> set[int]:
    """The units that this person heads today: a school's principal, an office's leading officers."""
    heads = live_roles().filter(person=person, role__in=("principal", "districtAdministrator"))
    return set(heads.values_list("org", flat=True))


def _seats_for(standing: Standing, broadcast: Broadcast) -> list[int]:
    if broadcast.audience_class_id:
        return standing.school_seats
    return [seat.pk for seat in standing.seats]


def _is_of_author(standing: Standing, broadcast: Broadcast, org: Org) -> bool:
    if broadcast.author_id != standing.person.pk or broadcast.audience_class_id:
        return False
    return _is_below(org.pk, [broadcast.audience_org_id])


def _is_below(org: int, seats: Collection[int]) -> bool:
    return bool(seats) and OrgClosure.objects.filter(ancestor__in=seats, descendant=org).exists()


def _below(orgs: Collection[int]) -> "QuerySet[OrgClosure, Any]":
    return OrgClosure.objects.filter(ancestor__in=orgs).values("descendant")
