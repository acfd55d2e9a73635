"""What comes in and goes out about people."""

from typing import Any

from rest_framework import serializers

from chatserver.me import OrgRefOut
from chatserver.people.search import PARTS
from chatserver.people.signing_out import CAUSES
from chatserver.rights.serializers import CauseOut, ClassRefOut, DenyOut, IdField, NamedOut
from chatserver.signin.serializers import Closed
from registry.models import GuardianLink


class SearchIn(serializers.Serializer[Any]):
    """Words of a name, in any order and without tones; `after` is the last person of the page before."""

    q = serializers.CharField(max_length=100, default="", allow_blank=True)
    role = serializers.ChoiceField(choices=list(PARTS), required=False)
    org = IdField(required=False)
    after = IdField(required=False)
    limit = serializers.IntegerField(min_value=1, max_value=50, default=30)

    def get_fields(self) -> dict[str, Any]:
        """`class` is a word of Python's own."""
        return super().get_fields() | {"class": IdField(required=False)}


class SignOutIn(Closed):
    because = serializers.ChoiceField(choices=list(CAUSES))


class SignedOutOut(serializers.Serializer[Any]):
    devices = serializers.IntegerField()


class FoundClassOut(ClassRefOut):
    role = serializers.CharField()
    is_primary = serializers.BooleanField()


class FoundRoleOut(serializers.Serializer[Any]):
    role = serializers.CharField()
    org = OrgRefOut()


class FoundChildOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    given_name = serializers.CharField()
    classes = FoundClassOut(many=True)


class FoundPersonOut(NamedOut):
    position = serializers.CharField(allow_blank=True)
    roles = FoundRoleOut(many=True)
    classes = FoundClassOut(many=True)
    children = FoundChildOut(many=True)
    is_activated = serializers.BooleanField()


class FoundPeopleOut(serializers.Serializer[Any]):
    people = FoundPersonOut(many=True)
    complete = serializers.BooleanField()
    wants_name = serializers.BooleanField()


class PersonRoleOut(FoundRoleOut):
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    is_live = serializers.BooleanField()

    def get_fields(self) -> dict[str, Any]:
        """`source` is a word of Serializer's own."""
        return super().get_fields() | {"source": serializers.CharField()}


class PersonClassOut(FoundClassOut):
    school = OrgRefOut()
    class_type = serializers.CharField()
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    is_live = serializers.BooleanField()


class PersonLinkOut(NamedOut):
    relation = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(choices=[str(state) for state in GuardianLink.State])
    is_live = serializers.BooleanField()
    said_by_student = serializers.BooleanField()
    said_by_guardian = serializers.BooleanField()
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)


class PersonLetInOut(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    by = NamedOut(allow_null=True)


class PersonAccountOut(serializers.Serializer[Any]):
    is_activated = serializers.BooleanField()
    devices = serializers.IntegerField()
    last_seen_on = serializers.DateField(allow_null=True)
    has_second_factor = serializers.BooleanField()
    let_in = PersonLetInOut(allow_null=True, help_text="The last time that their second factors were taken from them")


class LetInOut(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="In groups of four, shown once")
    expires_at = serializers.DateTimeField()


class SameHumanOut(NamedOut):
    how = serializers.CharField()


class PersonSourceOut(NamedOut):
    heard_at = serializers.DateTimeField(allow_null=True)
    said_at = serializers.DateTimeField(allow_null=True)
    is_stale = serializers.BooleanField()


class PersonPageOut(NamedOut):
    position = serializers.CharField(allow_blank=True)
    is_enabled = serializers.BooleanField()
    roles = PersonRoleOut(many=True)
    classes = PersonClassOut(many=True)
    children = PersonLinkOut(many=True)
    guardians = PersonLinkOut(many=True)
    account = PersonAccountOut()
    denies = DenyOut(many=True)
    same_human = SameHumanOut(many=True)

    def get_fields(self) -> dict[str, Any]:
        """`source` is a word of Serializer's own."""
        return super().get_fields() | {"source": PersonSourceOut()}


class ExplainedRoomOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    title = serializers.CharField()
    org = OrgRefOut()
    school_class = ClassRefOut(allow_null=True)
    student = NamedOut(allow_null=True)
    guardian = NamedOut(allow_null=True)
    teacher = NamedOut(allow_null=True)
    seat = serializers.CharField(allow_null=True)
    can = serializers.ListField(child=serializers.CharField())
    causes = CauseOut(many=True)
    denies = serializers.ListField(child=serializers.IntegerField())


class PersonRoomsOut(serializers.Serializer[Any]):
    person = serializers.IntegerField()
    rooms = ExplainedRoomOut(many=True)
    denies = DenyOut(many=True)
