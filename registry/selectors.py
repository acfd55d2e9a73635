"""Facts about people as querysets: true or false about the registry today, never about rooms or notices.

Live means: the source has not deleted it, today (in Vietnam) lies inside its dates, and no local deny takes it away
(registry/denies.py). Everything unknown is not live.
"""

import datetime as dt
from collections.abc import Collection

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from registry.denies import allowed_in, allowed_pair
from registry.kept import kept
from registry.models import (
    Enrolment,
    GuardianLink,
    LocalOverride,
    Org,
    OrgClosure,
    OrgParent,
    Person,
    PersonLink,
    Role,
    SchoolClass,
)
from registry.models.record import Status
from registry.staleness import told_in_time

STAFF_ROLES = frozenset(
    {
        "aide",
        "counselor",
        "districtAdministrator",
        "principal",
        "proctor",
        "siteAdministrator",
        "systemAdministrator",
        "teacher",
    }
)
GUARDIAN_ROLES = frozenset({"guardian", "parent"})
# Who may speak for an org (see broadcasts/policy.py). systemAdministrator runs the registry and sends nothing.
SENDING_ROLES = frozenset({"principal", "siteAdministrator", "districtAdministrator"})
# The school office is a seat held by its clerks and heads.
OFFICE_ROLES = frozenset({"principal", "siteAdministrator"})


# Condition on a role. `relative` counts only where the source says so: in many registries it is anybody the family named.
GUARDIAN_BY_ROLE = Q(role__in=GUARDIAN_ROLES) | Q(role="relative", source__relative_is_guardian=True)


def today() -> dt.date:
    """The day in Vietnam, by which every date of the registry is read."""
    return timezone.localdate()


def within(day: dt.date, begins: str = "begins_on", ends: str = "ends_on") -> Q:
    """Condition: `day` is on or after the begin and before the end; an empty end of either kind is open."""
    return (Q(**{f"{begins}__isnull": True}) | Q(**{f"{begins}__lte": day})) & (
        Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gt": day})
    )


@kept
def live_roles(on: dt.date) -> QuerySet[Role]:
    """Roles in force: own dates, not deleted, not denied, in an org that exists today, of a person enabled and not deleted."""
    return roles_in_time(on).filter(person__status=Status.ACTIVE, person__enabled=True)


@kept
def roles_in_time(on: dt.date) -> QuerySet[Role]:
    """The same of anybody: for whoever makes sure of the person apart, as of thousands at once."""
    return Role.objects.filter(
        within(on),
        # A role in a dissolved unit gives nothing, whether or not the source thought of ending it.
        within(on, "org__valid_from", "org__valid_to"),
        told_in_time(),
        allowed_in(on),
        status=Status.ACTIVE,
        org__status=Status.ACTIVE,
    )


@kept
def live_people(on: dt.date) -> QuerySet[Person]:
    """People who hold at least one live role."""
    return Person.objects.filter(Exists(live_roles(on).filter(person=OuterRef("pk"))))


@kept
def live_enrolments(on: dt.date) -> QuerySet[Enrolment]:
    """Enrolments in force: own dates if it has any, else those of the class; class and school live, and the person still
    what the enrolment takes them for: a pupil by role, or on somebody's staff. One that outlived the role grants nothing,
    nor does a pupil enrolled as a teacher, which real exports hold."""
    held = live_roles(on).filter(person=OuterRef("person"))
    return enrolments_in_time(on).filter(
        (Q(role="student") & Exists(held.filter(role="student")))
        | (~Q(role="student") & Exists(held.filter(role__in=STAFF_ROLES)))
    )


@kept
def enrolments_in_time(on: dt.date) -> QuerySet[Enrolment]:
    """Enrolments in force as far as dates, class and school say: for whoever has made sure of the person's role already."""
    undated = Q(begins_on__isnull=True, ends_on__isnull=True)
    dates = (undated & within(on, "school_class__begins_on", "school_class__ends_on")) | (~undated & within(on))
    return Enrolment.objects.filter(
        dates,
        within(on, "school__valid_from", "school__valid_to"),
        told_in_time(),
        told_in_time("school_class__begins_on"),
        # Whoever is denied at this school is not in its classes, whatever role they hold elsewhere.
        allowed_in(on, org="school"),
        status=Status.ACTIVE,
        school_class__status=Status.ACTIVE,
        school__status=Status.ACTIVE,
    )


@kept
def live_classes(on: dt.date) -> QuerySet[SchoolClass]:
    """Classes that run today."""
    # A class of a dissolved school runs no more, whether or not the source thought of ending it.
    stands = within(on, "school__valid_from", "school__valid_to")
    return SchoolClass.objects.filter(within(on), stands, status=Status.ACTIVE, school__status=Status.ACTIVE)


@kept
def live_orgs(on: dt.date) -> QuerySet[Org]:
    """Organisations that exist today: a dissolved one keeps its rows and its end date."""
    return Org.objects.filter(within(on, "valid_from", "valid_to"), status=Status.ACTIVE)


@kept
def live_guardian_links(on: dt.date) -> QuerySet[GuardianLink]:
    """Links that make someone a guardian today: neither blocked nor denied, the student a student, and the other a guardian
    in the student's school or in an org above it; both people and both roles live. Of thousands: registry/pairs.py."""
    guardian_role_there = live_roles(on).filter(
        GUARDIAN_BY_ROLE, person=OuterRef(OuterRef("guardian")), org__below__descendant=OuterRef("org")
    )
    student_role = live_roles(on).filter(Exists(guardian_role_there), person=OuterRef("student"), role="student")
    return standing_links(on).filter(Exists(student_role))


@kept
def standing_links(on: dt.date) -> QuerySet[GuardianLink]:
    """Links that stand today, whether or not the roles make them true."""
    return GuardianLink.objects.filter(
        within(on, "valid_from", "valid_to"),
        told_in_time("valid_from"),
        allowed_pair(on),
        state=GuardianLink.State.ACTIVE,
    )


def kin_of(student_ids: Collection[int]) -> set[tuple[int, int]]:
    """The pairs (adult, student) of which registry.denies.kin() is true, in one query."""
    # Not what an agent column says of two people whose roles do not make it true.
    believed = (GuardianLink.State.ACTIVE, GuardianLink.State.BLOCKED)
    links = GuardianLink.objects.filter(student__in=student_ids, state__in=believed)
    denies = LocalOverride.objects.filter(student__in=student_ids, ended_at__isnull=True)
    pairs = [links.values_list("guardian", "student"), denies.values_list("person", "student")]
    for one, other in (("one", "other"), ("other", "one")):
        linked = {f"{one}__student_links__student__in": student_ids, f"{one}__student_links__state__in": believed}
        denied = {f"{one}__overrides__student__in": student_ids, f"{one}__overrides__ended_at__isnull": True}
        pairs += [
            PersonLink.objects.filter(**linked).values_list(other, f"{one}__student_links__student"),
            PersonLink.objects.filter(**denied).values_list(other, f"{one}__overrides__student"),
        ]
    first, *rest = pairs
    return set(first.union(*rest))


def children_of(person_id: int) -> QuerySet[Person]:
    """The students whose guardian this person is today."""
    return Person.objects.filter(pk__in=live_guardian_links().filter(guardian=person_id).values("student"))


def guardians_of(student_id: int) -> QuerySet[Person]:
    """The guardians of this student today."""
    return Person.objects.filter(pk__in=live_guardian_links().filter(student=student_id).values("guardian"))


def subtree(org_id: int) -> QuerySet[Org]:
    """This org and everything below it today."""
    return Org.objects.filter(pk__in=OrgClosure.objects.filter(ancestor=org_id).values("descendant"))


def ancestors(org_id: int) -> QuerySet[Org]:
    """This org and everything above it today, nearest first."""
    return Org.objects.filter(below__descendant=org_id).annotate(depth=F("below__depth")).order_by("below__depth")


def heirs_of(org_id: int) -> set[int]:
    """The live orgs that answer today for one that has ended: the nearest above it on its last day; and where all that
    stood right below it stands under one org today, that one. A live org answers for itself."""
    return heirs_of_each([org_id])[org_id]


def heirs_of_each(org_ids: Collection[int]) -> dict[int, set[int]]:
    """heirs_of() for many, in as many queries as the tree was deep."""
    living = set(live_orgs().filter(pk__in=org_ids).values_list("pk", flat=True))
    ended = set(org_ids) - living
    above, after = _nearest_alive_above(ended), _successors_of(ended)
    return {org: {org} if org in living else above.get(org, set()) | after.get(org, set()) for org in org_ids}


def _nearest_alive_above(org_ids: Collection[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    met = {org: {org} for org in org_ids}
    level = {org: org for org in org_ids}
    while level:
        links = OrgParent.objects.filter(org__in=set(level.values())).order_by(F("valid_to").asc(nulls_last=True))
        # Of each org the parent that it had last.
        last = dict(links.values_list("org_id", "parent_id"))
        living = set(live_orgs().filter(pk__in=set(last.values())).values_list("pk", flat=True))
        above = {org: last[at] for org, at in level.items() if at in last and last[at] not in met[org]}
        found |= {org: {parent} for org, parent in above.items() if parent in living}
        level = {org: parent for org, parent in above.items() if parent not in living}
        for org, parent in level.items():
            met[org].add(parent)
    return found


def _successors_of(org_ids: Collection[int]) -> dict[int, set[int]]:
    left = OrgParent.objects.filter(parent__in=org_ids, valid_to__isnull=False)
    links = list(left.values_list("parent_id", "org_id", "valid_to"))
    last_day = {parent: day for parent, _org, day in sorted(links, key=lambda link: link[2] or dt.date.min)}
    moved = {(parent, org) for parent, org, day in links if day == last_day[parent]}
    above = OrgClosure.objects.filter(
        descendant__in={org for _parent, org in moved}, depth=1, descendant__status=Status.ACTIVE
    )
    now: dict[int, set[int]] = {}
    for org, ancestor in above.values_list("descendant_id", "ancestor_id"):
        now.setdefault(org, set()).add(ancestor)
    found: dict[int, set[int]] = {}
    for parent, org in moved:
        found.setdefault(parent, set()).update(now.get(org, set()))
    return {parent: orgs for parent, orgs in found.items() if len(orgs) == 1}


def of_age(person: str = "", org: str = "org__") -> Q:
    """Condition: the pupil may have an account (decision 28): from grade 6, or an adult learner (gdtx)."""
    # Written out, not a cast: a source may send any text as a grade, and a cast fails on it.
    grades = {spelling for grade in range(6, 14) for spelling in (str(grade), f"{grade:02}")}
    return Q(**{f"{person}grade__in": sorted(grades)}) | Q(**{f"{org}school_level": "gdtx"})


def may_speak_for(person_id: int, org_ids: Collection[int]) -> set[int]:
    """Which of these orgs this person may send notices to: by a sending role in it or in one above it, downwards."""
    seats = live_roles().filter(person=person_id, role__in=SENDING_ROLES)
    reached = OrgClosure.objects.filter(
        descendant__in=org_ids, descendant__status=Status.ACTIVE, ancestor__in=seats.values("org")
    )
    return set(reached.values_list("descendant", flat=True))


def speaking_for(person_id: int, org_ids: Collection[int]) -> QuerySet[Role]:
    """The roles by which may_speak_for() says yes to any of these."""
    above = OrgClosure.objects.filter(descendant__in=org_ids, descendant__status=Status.ACTIVE).values("ancestor")
    return live_roles().filter(person=person_id, role__in=SENDING_ROLES, org__in=above)
