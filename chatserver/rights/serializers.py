"""The shapes of denies and causes: what comes in is checked here, what goes out is described here."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from chatserver.me import OrgRefOut
from chatserver.rights.causes import NamedCauses
from chatserver.signin.serializers import Closed
from registry import override_policy, shapes
from registry.models import Account, LocalOverride, Person
from registry.selectors import today
from rooms.models import Room
from rooms.why import Why

LARGEST = 2**63 - 1
MOST_LETTERS = 500


class IdField(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST, **kwargs)


class DenyIn(Closed):
    """A child, or an org, or neither (everywhere); an end, or a day on which somebody looks again."""

    person = IdField()
    student = IdField(required=False, allow_null=True, default=None)
    org = IdField(required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=MOST_LETTERS)
    until = serializers.DateField(required=False, allow_null=True, default=None)
    review_on = serializers.DateField(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuses a deny for ever, one that is over already, and one that is about a child and an org at once."""
        if attrs["until"] is None and attrs["review_on"] is None:
            raise serializers.ValidationError(
                {"review_on": [_("Name an end or a day on which it is looked at again.")]}
            )
        for name in ("until", "review_on"):
            if attrs[name] is not None and attrs[name] <= today():
                raise serializers.ValidationError({name: [_("This day has to be in the future.")]})
        if attrs["student"] is not None and attrs["org"] is not None:
            raise serializers.ValidationError({"org": [_("A deny is about a child or about an organisation.")]})
        return attrs


class EndIn(Closed):
    reason = serializers.CharField(max_length=MOST_LETTERS)


class PageIn(serializers.Serializer[Any]):
    before = IdField(required=False)
    limit = serializers.IntegerField(min_value=1, max_value=100, default=50)


class WhyIn(serializers.Serializer[Any]):
    person = IdField()
    room = IdField()


class NamedOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class ClassRefOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()


class DenyOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    person = NamedOut()
    student = NamedOut(allow_null=True)
    org = OrgRefOut(allow_null=True)
    reason = serializers.CharField()
    made_by = NamedOut(allow_null=True)
    made_at = serializers.DateTimeField()
    until = serializers.DateField(allow_null=True)
    review_on = serializers.DateField(allow_null=True)
    ended_by = NamedOut(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    end_reason = serializers.CharField(allow_blank=True)
    is_standing = serializers.BooleanField()


class DeniesOut(serializers.Serializer[Any]):
    denies = DenyOut(many=True)
    complete = serializers.BooleanField()


class CauseOut(serializers.Serializer[Any]):
    seat = serializers.CharField()
    kind = serializers.ChoiceField(choices=["enrolment", "role", "guardian_link"])
    facts = serializers.DictField(child=serializers.JSONField(allow_null=True))
    is_homeroom_teacher = serializers.BooleanField()
    org = OrgRefOut(allow_null=True)
    school_class = ClassRefOut(allow_null=True)
    student = NamedOut(allow_null=True)
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)


class WhyOut(serializers.Serializer[Any]):
    person = serializers.IntegerField()
    room = serializers.IntegerField()
    room_kind = serializers.CharField()
    seat = serializers.CharField(allow_null=True)
    can = serializers.ListField(child=serializers.CharField())
    causes = CauseOut(many=True)
    denies = DenyOut(many=True)


def deny_json(override: LocalOverride) -> dict[str, Any]:
    """Deny, for those who may see it."""
    day = today()
    return {
        "id": override.pk,
        "person": named(override.person),
        "student": named(override.student),
        "org": shapes.org_ref(override.org) if override.org else None,
        "reason": override.reason,
        "made_by": _account(override.made_by),
        "made_at": override.made_at,
        "until": override.until,
        "review_on": override.review_on,
        "ended_by": _account(override.ended_by),
        "ended_at": override.ended_at,
        "end_reason": override.end_reason,
        "is_standing": override.ended_at is None and (override.until is None or override.until > day),
    }


def why_json(person_id: int, room: Room, found: Why, *, asker: Person) -> dict[str, Any]:
    """Why, as the asker may see it: not a deny that is about themselves or their own child."""
    seen = seen_by(asker, found.denies)
    names = NamedCauses(found.causes)
    return {
        "person": person_id,
        "room": room.pk,
        "room_kind": room.kind,
        "seat": found.seat,
        "can": found.rights.names(),
        "causes": [names.json(cause) for cause in found.causes],
        "denies": [deny_json(deny) for deny in found.denies if deny.pk in seen],
    }


def seen_by(asker: Person, denies: Collection[LocalOverride]) -> set[int]:
    """Those of the denies that this person may see, by id."""
    visible = override_policy.visible_to(asker).filter(pk__in=[deny.pk for deny in denies])
    return set(visible.values_list("pk", flat=True)) if denies else set()


def named(person: Person | None) -> dict[str, Any] | None:
    return {"id": person.pk, "name": person.name} if person else None


def _account(account: Account | None) -> dict[str, Any] | None:
    return named(account.person) if account else None
