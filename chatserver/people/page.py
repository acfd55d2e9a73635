"""One person as the office sees them: what the registry says, since when, who said it, and what was decided here. No telephone
numbers, no addresses, nothing of other orgs."""

from typing import Any

from django.db.models import F, Max, Q
from django.utils import timezone

from chatserver.people.letting_in import last_let_in
from chatserver.people.policy import Office
from chatserver.people.search import said_enrolments
from chatserver.rights.serializers import deny_json
from chatserver.signin.devices import open_devices
from chatserver.signin.factors import is_enrolled
from registry import override_policy, shapes
from registry.denies import in_force, same_humans
from registry.models import Account, GuardianLink, OrgClosure, Person, PersonLink, Role
from registry.models.record import Status
from registry.selectors import live_enrolments, live_guardian_links, live_roles, today


def page_of(office: Office, person: Person) -> dict[str, Any]:
    """The whole page, in a fixed number of queries, however many roles, classes and children there are."""
    children, guardians = _links(office, person)
    return {
        "id": person.pk,
        "name": person.name,
        "position": person.position,
        "is_enabled": person.enabled,
        "roles": _roles(office, person),
        "classes": _classes(office, person),
        "children": children,
        "guardians": guardians,
        "account": _account(person),
        "denies": _denies(office, person),
        "same_human": _same_human(office, person),
        "source": {
            "id": person.source_id,
            "name": person.source.name,
            "heard_at": person.source.heard_at,
            "said_at": person.date_last_modified,
            "is_stale": person.stale,
        },
    }


def _roles(office: Office, person: Person) -> list[dict[str, Any]]:
    """Those in the office's orgs, and in those above it: an officer of the commune is no secret, another school's parent is."""
    above = OrgClosure.objects.filter(descendant__in=office.seats).values("ancestor")
    rows = Role.objects.filter(Q(org__in=office.orgs()) | Q(org__in=above), person=person, status=Status.ACTIVE)
    live = set(live_roles().filter(person=person).values_list("pk", flat=True))
    ordered = rows.select_related("org", "source").order_by(F("ends_on").desc(nulls_first=True), "-is_primary", "pk")
    return [
        {
            "role": role.role,
            "org": shapes.org_ref(role.org),
            "since": role.begins_on,
            "until": role.ends_on,
            "is_live": role.pk in live,
            "source": role.source.name,
        }
        for role in ordered
    ]


def _classes(office: Office, person: Person) -> list[dict[str, Any]]:
    rows = said_enrolments().filter(person=person, school__in=office.orgs()).select_related("school_class", "school")
    live = set(live_enrolments().filter(person=person).values_list("pk", flat=True))
    return [
        {
            **shapes.class_ref(each.school_class),
            "school": shapes.org_ref(each.school),
            "class_type": each.school_class.class_type,
            "role": each.role,
            "is_primary": each.is_primary,
            "since": each.begins_on or each.school_class.begins_on,
            "until": each.ends_on or each.school_class.ends_on,
            "is_live": each.pk in live,
        }
        for each in rows.order_by("school_class__class_type", "school_class__title", "pk")
    ]


def _links(office: Office, person: Person) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Children as far as they are the office's pupils; guardians of a pupil, whoever they are."""
    rows = GuardianLink.objects.filter(
        Q(guardian=person, student__in=office.pupils()) | Q(student=person, student__in=office.pupils())
    )
    live = set(live_guardian_links().filter(Q(guardian=person) | Q(student=person)).values_list("pk", flat=True))
    children, guardians = [], []
    for link in rows.select_related("guardian", "student").order_by("pk"):
        if link.guardian_id == person.pk:
            children.append(_link(link, link.student, is_live=link.pk in live))
        else:
            guardians.append(_link(link, link.guardian, is_live=link.pk in live))
    return children, guardians


def _link(link: GuardianLink, other: Person, *, is_live: bool) -> dict[str, Any]:
    return {
        "id": other.pk,
        "name": other.name,
        "relation": link.relation,
        "state": link.state,
        "is_live": is_live,
        "said_by_student": link.said_by_student,
        "said_by_guardian": link.said_by_guardian,
        "since": link.valid_from,
        "until": link.valid_to,
    }


def _account(person: Person) -> dict[str, Any]:
    account = Account.objects.filter(person=person).first()
    devices = open_devices(account) if account else []
    last = account.devices.aggregate(last=Max("last_seen_at"))["last"] if account else None
    return {
        "is_activated": account is not None,
        "devices": len(devices),
        "last_seen_on": timezone.localdate(last) if last else None,
        "has_second_factor": account is not None and is_enrolled(account),
        "let_in": _let_in(person),
    }


def _let_in(person: Person) -> dict[str, Any] | None:
    line = last_let_in(person)
    if line is None:
        return None
    return {"at": line.at, "by": {"id": line.actor.pk, "name": line.actor.name} if line.actor else None}


def _denies(office: Office, person: Person) -> list[dict[str, Any]]:
    humans = same_humans({person.pk})
    about = Q(person__in=humans) | Q(student__in=humans)
    visible = override_policy.visible_to(office.person).values("pk")
    rows = in_force(today()).filter(about, pk__in=visible)
    shown = rows.select_related("person", "student", "org", "made_by__person", "ended_by__person")
    return [deny_json(deny) for deny in shown.order_by("-pk")]


def _same_human(office: Office, person: Person) -> list[dict[str, Any]]:
    links = PersonLink.objects.filter(Q(one=person) | Q(other=person))
    others = {
        other if one == person.pk else one: how for one, other, how in links.values_list("one_id", "other_id", "how")
    }
    found = office.people().filter(pk__in=others) if others else Person.objects.none()
    return [{"id": other.pk, "name": other.name, "how": others[other.pk]} for other in found.order_by("pk")]
