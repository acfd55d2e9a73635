"""What comes in over REST is checked here; what goes out is described here, for the machine-readable page."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

LARGEST = 2**63 - 1


class Given(serializers.Serializer[Any]):
    """A body with these fields and no others."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuses fields that nobody declared, by their names."""
        if isinstance(data, dict) and (unknown := set(data) - set(self.fields)):
            raise serializers.ValidationError({name: ["unknown field"] for name in sorted(unknown)})
        return super().to_internal_value(data)


def checked(serializer: type[Given], request: Request) -> dict[str, Any]:
    """The body's fields; refuses with the names of those that are wrong."""
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def asked(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """The address's parameters, checked the same way."""
    given = serializer(data=request.query_params)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


class Text(serializers.CharField):
    """A message's text as it came: rooms/bodies.py judges it, so that it has the same refusals as on the socket."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, allow_blank=True, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Strings only: a number is not a message."""
        if not isinstance(data, str):
            raise serializers.ValidationError("not a text")
        return super().to_internal_value(data)


class _Number(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=LARGEST, **kwargs)


class PostIn(Given):
    client_message_id = serializers.UUIDField()
    body = Text()


class ThreadPostIn(PostIn):
    student = _Number()
    teacher = _Number(allow_null=True)
    guardian = _Number(required=False)


class EditIn(Given):
    body = Text()


class PointersIn(Given):
    read_seq = _Number(default=0)
    have_seq = _Number(default=0)


class TalkIn(Given):
    is_talk_open = serializers.BooleanField()


class SyncIn(Given):
    epoch = serializers.CharField(max_length=60)
    rooms = serializers.DictField(child=_Number())


class PageIn(serializers.Serializer[Any]):
    before = _Number(required=False)
    limit = serializers.IntegerField(min_value=1, max_value=100, default=50)


class SearchIn(serializers.Serializer[Any]):
    search = serializers.CharField(max_length=100, default="", allow_blank=True)


class RoomClassOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    title = serializers.CharField()


class RoomOrgOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    type = serializers.CharField()
    level = serializers.CharField(allow_blank=True)


class RoomChildOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    given_name = serializers.CharField()
    school = RoomOrgOut(allow_null=True)
    tint = serializers.IntegerField(min_value=1, max_value=5)

    def get_fields(self) -> dict[str, Any]:
        """`class` is a word of Python's own."""
        return super().get_fields() | {"class": RoomClassOut(allow_null=True)}


class PersonRefOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    address = serializers.CharField(allow_blank=True)
    role = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        """`label` is a word of Serializer's own."""
        return super().get_fields() | {"label": serializers.CharField(allow_blank=True)}


class MessageOut(serializers.Serializer[Any]):
    room = serializers.IntegerField()
    seq = serializers.IntegerField()
    rev = serializers.IntegerField()
    author = PersonRefOut()
    client_message_id = serializers.UUIDField()
    body = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    removed_at = serializers.DateTimeField(allow_null=True)


class LastMessageOut(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
    author = PersonRefOut()
    excerpt = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    removed = serializers.BooleanField()


class RoomOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    title = serializers.CharField()
    subtitle = serializers.CharField(allow_blank=True)
    org = RoomOrgOut()
    school_class = RoomClassOut(allow_null=True)
    child = RoomChildOut(allow_null=True)
    seat = serializers.CharField()
    can = serializers.ListField(child=serializers.CharField())
    is_talk_open = serializers.BooleanField()
    state = serializers.CharField()
    head = serializers.IntegerField()
    last_seq = serializers.IntegerField()
    have_seq = serializers.IntegerField()
    read_seq = serializers.IntegerField()
    unread = serializers.IntegerField()
    member_count = serializers.IntegerField()
    last = LastMessageOut(allow_null=True)
    others_read_seq = serializers.IntegerField()
    others_have_seq = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        """`with` is a word of Python's own."""
        return super().get_fields() | {"with": PersonRefOut(allow_null=True)}


class RoomsOut(serializers.Serializer[Any]):
    epoch = serializers.CharField()
    rooms = RoomOut(many=True)


class ArchivedOut(serializers.Serializer[Any]):
    rooms = RoomOut(many=True)
    complete = serializers.BooleanField()


class ContactOut(serializers.Serializer[Any]):
    student = RoomChildOut()
    teacher = PersonRefOut(allow_null=True)
    guardian = PersonRefOut(allow_null=True)
    title = serializers.CharField()
    subtitle = serializers.CharField()
    room = serializers.IntegerField(allow_null=True)


class ContactsOut(serializers.Serializer[Any]):
    contacts = ContactOut(many=True)


class MemberOut(serializers.Serializer[Any]):
    person = PersonRefOut()
    seat = serializers.CharField()
    have_seq = serializers.IntegerField(required=False)
    read_seq = serializers.IntegerField(required=False)


class MembersOut(serializers.Serializer[Any]):
    members = MemberOut(many=True)
    truncated = serializers.BooleanField()


class PageOut(serializers.Serializer[Any]):
    messages = MessageOut(many=True)
    head = serializers.IntegerField()
    complete = serializers.BooleanField()


class ThreadPostOut(serializers.Serializer[Any]):
    room = RoomOut()
    message = MessageOut()


class PointersOut(serializers.Serializer[Any]):
    read_seq = serializers.IntegerField()
    have_seq = serializers.IntegerField()
    unread = serializers.IntegerField()


class ChangesOut(serializers.Serializer[Any]):
    messages = MessageOut(many=True)
    head = serializers.IntegerField()
    last_seq = serializers.IntegerField()
    start_again = serializers.BooleanField()


class SyncOut(serializers.Serializer[Any]):
    epoch = serializers.CharField()
    rooms = serializers.DictField(child=ChangesOut())
    gone = serializers.ListField(child=serializers.IntegerField())
    start_again = serializers.BooleanField()
