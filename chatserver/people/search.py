"""Finding people by name, role, class and unit: the least that tells them apart."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from chatserver.people.policy import CLAIMED, Office, unended
from realtime.errors import NotFound
from registry import shapes
from registry.models import Account, Enrolment, GuardianLink, Org, OrgClosure, Person, Role, SchoolClass
from registry.models.record import Status
from registry.selectors import GUARDIAN_BY_ROLE, STAFF_ROLES, today, within
from registry.text import fold

# Above a school nobody reads the list from the beginning: whoever is looked for has a name, or a class.
FEWEST_LETTERS = 2
# What is asked for, as the roles that are meant by it.
PARTS: dict[str, Q] = {
    "student": Q(role="student"),
    "guardian": GUARDIAN_BY_ROLE,
    "teacher": Q(role="teacher"),
    "staff": Q(role__in=STAFF_ROLES - {"teacher"}),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: words of a name, a part (PARTS), an org with all below it, a class; and after whom."""

    words: str = ""
    part: str = ""
    org: int | None = None
    school_class: int | None = None
    after: int | None = None


def search(office: Office, wanted: Wanted, *, limit: int) -> dict[str, Any]:
    """A page of the people found, by given name, in the same few queries whoever is found. NotFound where the org or class
    is none of the office's."""
    orgs = _orgs(office, wanted)
    if not _is_narrow_enough(office, wanted):
        return {"people": [], "complete": True, "wants_name": True}
    found = _matching(office, wanted, orgs)
    if wanted.after is not None:
        found = found.filter(_after(office, wanted.after))
    people = list(found.order_by("given_name", "search_text", "pk")[: limit + 1])
    told = _told(office, people[:limit])
    return {"people": told, "complete": len(people) <= limit, "wants_name": False}


def _orgs(office: Office, wanted: Wanted) -> "QuerySet[OrgClosure, int]":
    if wanted.org is None:
        return office.orgs()
    if not office.orgs().filter(descendant=wanted.org).exists():
        raise NotFound
    below = OrgClosure.objects.filter(ancestor=wanted.org, descendant__status=Status.ACTIVE)
    return below.values_list("descendant", flat=True)


def _is_narrow_enough(office: Office, wanted: Wanted) -> bool:
    if office.is_school or wanted.school_class is not None or len(fold(wanted.words).strip()) >= FEWEST_LETTERS:
        return True
    return wanted.org is not None and Org.objects.filter(pk=wanted.org, type=Org.Type.SCHOOL).exists()


def _matching(office: Office, wanted: Wanted, orgs: "QuerySet[OrgClosure, int]") -> QuerySet[Person]:
    named = Q()
    for word in fold(wanted.words).split():
        named &= Q(search_text__contains=word)
    roles = unended(Role.objects.filter(org__in=orgs))
    pupils = roles.filter(role="student")
    if wanted.school_class is not None:
        pupils = pupils.filter(
            person__in=_enrolled(office, wanted.school_class).filter(role="student").values("person")
        )
    held = roles.filter(PARTS.get(wanted.part, Q()), person=OuterRef("pk"))
    is_something: Q = Q(Exists(held))
    if wanted.school_class is not None:
        is_something &= Q(Exists(_enrolled(office, wanted.school_class).filter(person=OuterRef("pk"))))
    if wanted.part in {"", "guardian"}:
        links = GuardianLink.objects.filter(state__in=CLAIMED, student__in=pupils.values("person"))
        is_something |= Q(Exists(links.filter(guardian=OuterRef("pk"))))
    return Person.objects.filter(named, is_something, status=Status.ACTIVE)


def _enrolled(office: Office, class_id: int) -> QuerySet[Enrolment]:
    school_class = SchoolClass.objects.filter(pk=class_id, school__in=office.orgs()).first()
    if school_class is None:
        raise NotFound
    return said_enrolments().filter(school_class=school_class)


def said_enrolments() -> QuerySet[Enrolment]:
    """Enrolments that the registry says and that are not over, denied or not."""
    undated = Q(begins_on__isnull=True, ends_on__isnull=True)
    day = today()
    not_over = Q(ends_on__isnull=True) | Q(ends_on__gt=day)
    class_runs = Q(school_class__ends_on__isnull=True) | Q(school_class__ends_on__gt=day)
    return Enrolment.objects.filter(
        (undated & class_runs) | (~undated & not_over),
        status=Status.ACTIVE,
        school_class__status=Status.ACTIVE,
        school__status=Status.ACTIVE,
    )


def _after(office: Office, person_id: int) -> Q:
    """Condition: later in the list than this one, who has to be theirs, or trying numbers would tell names."""
    last = office.people().filter(pk=person_id).first()
    if last is None:
        raise NotFound
    same = Q(given_name=last.given_name)
    return (
        Q(given_name__gt=last.given_name)
        | (same & Q(search_text__gt=last.search_text))
        | (same & Q(search_text=last.search_text, pk__gt=last.pk))
    )


def _told(office: Office, people: Collection[Person]) -> list[dict[str, Any]]:
    ids = [person.pk for person in people]
    roles = _by_person(office.roles().filter(person__in=ids).select_related("org").order_by("-is_primary", "pk"))
    links = GuardianLink.objects.filter(guardian__in=ids, state__in=CLAIMED, student__in=office.pupils())
    children: dict[int, list[Person]] = defaultdict(list)
    for link in links.select_related("student").order_by("student"):
        children[link.guardian_id].append(link.student)
    pupils = {child.pk for found in children.values() for child in found}
    enrolled = said_enrolments().filter(within(today(), "school_class__begins_on", "school_class__ends_on"))
    enrolled = enrolled.filter(person__in=pupils | set(ids), school__in=office.orgs())
    classes = _by_person(enrolled.select_related("school_class").order_by("school_class__class_type", "pk"))
    activated = set(Account.objects.filter(person__in=ids).values_list("person", flat=True))
    return [
        {
            "id": person.pk,
            "name": person.name,
            "position": person.position,
            "roles": [{"role": role.role, "org": shapes.org_ref(role.org)} for role in roles[person.pk]],
            "classes": _classes(classes[person.pk]),
            "children": [
                {"id": child.pk, "given_name": child.given_name, "classes": _classes(classes[child.pk])}
                for child in children[person.pk]
            ],
            "is_activated": person.pk in activated,
        }
        for person in people
    ]


def _classes(enrolments: list[Enrolment]) -> list[dict[str, Any]]:
    found = {each.school_class_id: each for each in enrolments}
    return [
        {**shapes.class_ref(each.school_class), "role": each.role, "is_primary": each.is_primary}
        for each in found.values()
    ]


def _by_person(rows: QuerySet[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row)
    return found
