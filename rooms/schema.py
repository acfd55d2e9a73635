"""Rooms over REST: what comes in is checked here; what goes out is described here, for the machine-readable page."""

from typing import Any

from rest_framework import serializers

from rooms.given import Given, Number
from rooms.message_schema import MessageOut, OwnOut, PersonRefOut, PinOut, PostIn


class ThreadPostIn(PostIn):
    student = Number()
    teacher = Number(allow_null=True)
    guardian = Number(required=False)


class PointersIn(Given):
    read_seq = Number(default=0)
    have_seq = Number(default=0)


class TalkIn(Given):
    is_talk_open = serializers.BooleanField()


class SyncIn(Given):
    epoch = serializers.CharField(max_length=60)
    rooms = serializers.DictField(child=Number())


class PageIn(serializers.Serializer[Any]):
    before = Number(required=False)
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


class LastMessageOut(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
    author = PersonRefOut()
    excerpt = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    removed = serializers.BooleanField()
    file = serializers.CharField(required=False)


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
    pins = PinOut(many=True, required=False)

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
    mine = serializers.DictField(child=OwnOut(), required=False)


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
    mine = serializers.DictField(child=OwnOut(), required=False)
    pins = PinOut(many=True, required=False)


class SyncOut(serializers.Serializer[Any]):
    epoch = serializers.CharField()
    rooms = serializers.DictField(child=ChangesOut())
    gone = serializers.ListField(child=serializers.IntegerField())
    start_again = serializers.BooleanField()
