"""What the app needs to start: who I am, my roles, classes and children, what I may do, what is unread."""

from typing import Any

from django.http import HttpRequest
from rest_framework import serializers

import broadcasts.selectors
import rooms.selectors
from broadcasts.drafts import finding
from broadcasts.questions.finding import count_at
from chatserver.signin.factors import is_enrolled
from chatserver.signin.people import account_of, required_person
from chatserver.signin.serializers import Closed
from delivery.keys import application_server_key
from realtime import epoch
from registry import shapes
from registry.assurance import FRESH_FOR, assurance_of
from registry.models import Account, Enrolment, Person, Role
from registry.selectors import SENDING_ROLES, STAFF_ROLES, children_of, live_enrolments, live_roles
from registry.staleness import stale_since
from registry.sync.permission import MANAGING_ROLES, may_look_after_any, waiting_for
from rooms.listing import child_json, classes_of


def me_of(request: HttpRequest) -> dict[str, Any]:
    """Me, as docs/protocol.md describes it; a fixed number of queries, however many children, roles and rooms."""
    person, account = required_person(request), account_of(request)
    roles = list(live_roles().filter(person=person).select_related("org", "source").order_by("-is_primary", "pk"))
    teaching = list(_homerooms(person))
    is_managing = any(role.role in MANAGING_ROLES for role in roles)
    is_sending = any(role.role in SENDING_ROLES for role in roles)
    return {
        "person": {
            "id": person.pk,
            "name": person.name,
            "given_name": person.given_name,
            "position": person.position,
            "gender": person.gender,
        },
        "language": account.language,
        "epoch": epoch(),
        "roles": [{"role": role.role, "org": shapes.org_ref(role.org), "position": person.position} for role in roles],
        "homerooms": [_homeroom(enrolment) for enrolment in teaching],
        "children": _children(person),
        "may": {
            "compose": _may_compose(roles, teaching),
            "registry": is_managing and may_look_after_any(person),
        },
        # Held imports that wait for this person's decision.
        "registry_waiting": waiting_for(person).count() if is_managing else 0,
        # Notices of others that wait for this person's decision.
        "approvals_waiting": finding.waiting_for(person).count() if is_sending else 0,
        # Questions about notices that wait for this person's answer.
        "questions_waiting": count_at(person) if any(role.role in STAFF_ROLES for role in roles) else 0,
        # For staff: the registry they work by was not read for two days.
        "registry_stale_since": stale_since(role for role in roles if role.role in STAFF_ROLES),
        "second_factor": _second_factor(request, account, is_wanted=is_sending),
        "push_key": application_server_key(),
        "unread": {"notices": broadcasts.selectors.unread(person), "messages": rooms.selectors.unread(person)},
    }


def _second_factor(request: HttpRequest, account: Account, *, is_wanted: bool) -> dict[str, Any]:
    assurance = assurance_of(request)
    at = assurance.confirmed_at if assurance.has_second_factor and assurance.is_fresh else None
    return {
        "wanted": is_wanted,
        "enrolled": is_enrolled(account),
        "fresh_until": at + FRESH_FOR if at else None,
    }


def _homerooms(person: Person) -> list[Enrolment]:
    found = live_enrolments().filter(person=person, role="teacher").select_related("school_class__school")
    return list(found.filter(school_class__class_type="homeroom").order_by("-is_primary", "school_class__title", "pk"))


def _homeroom(enrolment: Enrolment) -> dict[str, Any]:
    school_class = enrolment.school_class
    return {
        **shapes.class_ref(school_class),
        "school": shapes.org_ref(school_class.school),
        "is_homeroom_teacher": enrolment.is_primary,
    }


def _children(guardian: Person) -> list[dict[str, Any]]:
    children = list(children_of(guardian.pk).order_by("pk"))
    classes = classes_of({child.pk for child in children})
    return [child_json(child, classes) for child in children]


def _may_compose(roles: list[Role], teaching: list[Enrolment]) -> bool:
    """Only whether to show the tab: what is sent is decided by broadcasts.policy."""
    return bool(teaching) or any(role.role in SENDING_ROLES for role in roles)


class MeIn(Closed):
    language = serializers.ChoiceField(choices=["vi", "en"])


class OrgRefOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    type = serializers.CharField()
    level = serializers.CharField()


class _PersonOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    given_name = serializers.CharField()
    position = serializers.CharField()
    gender = serializers.CharField()


class _RoleOut(serializers.Serializer[Any]):
    role = serializers.CharField()
    org = OrgRefOut()
    position = serializers.CharField()


class _HomeroomOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    school = OrgRefOut()
    is_homeroom_teacher = serializers.BooleanField()


class _ClassOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()


class ChildOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    given_name = serializers.CharField()
    school = OrgRefOut(allow_null=True)
    tint = serializers.IntegerField(min_value=1, max_value=shapes.TINTS)

    def get_fields(self) -> dict[str, Any]:
        """`class` is a word of Python's and cannot stand above."""
        return {**super().get_fields(), "class": _ClassOut(allow_null=True)}


class _MayOut(serializers.Serializer[Any]):
    compose = serializers.BooleanField()
    registry = serializers.BooleanField()


class _SecondFactorOut(serializers.Serializer[Any]):
    wanted = serializers.BooleanField(help_text="May send beyond a class, and needs one for it")
    enrolled = serializers.BooleanField()
    fresh_until = serializers.DateTimeField(
        allow_null=True, help_text="Until when this session may send without asking"
    )


class _UnreadOut(serializers.Serializer[Any]):
    notices = serializers.IntegerField()
    messages = serializers.IntegerField()


class MeOut(serializers.Serializer[Any]):
    person = _PersonOut()
    language = serializers.CharField()
    epoch = serializers.CharField()
    roles = _RoleOut(many=True)
    homerooms = _HomeroomOut(many=True)
    children = ChildOut(many=True)
    may = _MayOut()
    registry_waiting = serializers.IntegerField(help_text="Held imports that wait for this person's decision")
    approvals_waiting = serializers.IntegerField(help_text="Notices that wait for this person's decision")
    questions_waiting = serializers.IntegerField(help_text="Questions about notices that wait for this person's answer")
    registry_stale_since = serializers.DateTimeField(allow_null=True)
    second_factor = _SecondFactorOut()
    push_key = serializers.CharField()
    unread = _UnreadOut()
