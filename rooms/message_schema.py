"""Messages over REST: what comes in is checked here; what goes out is described here, for the machine-readable page."""

from typing import Any

from rest_framework import serializers

from rooms.carrying import Carried, Source
from rooms.files.schema import RoomFileOut
from rooms.given import Given, Number, Text
from rooms.polls import Ballot


class PostIn(Given):
    client_message_id = serializers.UUIDField()
    body = Text()
    files = serializers.ListField(child=Number(), required=False, max_length=100)


class BallotIn(Given):
    options = serializers.ListField(child=Text(), max_length=20)
    several = serializers.BooleanField()
    shows_names = serializers.BooleanField()
    closes_at = serializers.DateTimeField(required=False, allow_null=True)


class ForwardIn(Given):
    room = Number()
    seq = Number()


class SaidIn(Given):
    client_message_id = serializers.UUIDField()
    body = Text(default="")
    reply_to = Number(required=False, allow_null=True)
    mentions = serializers.ListField(child=Number(), required=False, max_length=100)
    mentions_all = serializers.BooleanField(default=False)
    poll = BallotIn(required=False, allow_null=True)
    forward = ForwardIn(required=False, allow_null=True)
    files = serializers.ListField(child=Number(), required=False, max_length=100)


def carried(given: dict[str, Any]) -> Carried:
    """What a message carries beside its text, from the fields of SaidIn."""
    poll, source = given.get("poll"), given.get("forward")
    return Carried(
        reply_to=given.get("reply_to"),
        mentions=tuple(given.get("mentions", ())),
        mentions_all=given["mentions_all"],
        poll=Ballot(tuple(poll["options"]), poll["several"], poll["shows_names"], poll.get("closes_at"))
        if poll
        else None,
        forward=Source(source["room"], source["seq"]) if source else None,
        files=tuple(given.get("files", ())),
    )


class EditIn(Given):
    body = Text()


class ReactionIn(Given):
    kind = serializers.CharField(allow_null=True, trim_whitespace=False)


class PinIn(Given):
    until = serializers.DateTimeField(required=False, allow_null=True)


class VoteIn(Given):
    options = serializers.ListField(child=Number(), max_length=20)


class PersonRefOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    address = serializers.CharField(allow_blank=True)
    role = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        """`label` is a word of Serializer's own."""
        return super().get_fields() | {"label": serializers.CharField(allow_blank=True)}


class QuoteOut(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
    author = PersonRefOut()
    excerpt = serializers.CharField(allow_blank=True)
    removed = serializers.BooleanField()
    file = serializers.CharField(required=False)
    name = serializers.CharField(required=False)


class ForwardedOut(serializers.Serializer[Any]):
    author = PersonRefOut()
    room_title = serializers.CharField()


class ReactionsOut(serializers.Serializer[Any]):
    kind = serializers.CharField()
    count = serializers.IntegerField()
    people = serializers.ListField(child=serializers.IntegerField())


class OptionOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    text = serializers.CharField()
    votes = serializers.IntegerField()


class PollOut(serializers.Serializer[Any]):
    options = OptionOut(many=True)
    voters = serializers.IntegerField()
    closes_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    several = serializers.BooleanField()
    shows_names = serializers.BooleanField()


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
    reply_to = QuoteOut(required=False)
    mentions = PersonRefOut(many=True, required=False)
    mentions_all = serializers.BooleanField(required=False)
    forwarded = ForwardedOut(required=False)
    reactions = ReactionsOut(many=True, required=False)
    poll = PollOut(required=False)
    files = RoomFileOut(many=True, required=False)
    removed_by = serializers.ChoiceField(["author", "moderator"], required=False)


class OwnOut(serializers.Serializer[Any]):
    reaction = serializers.CharField(allow_null=True)
    vote = serializers.ListField(child=serializers.IntegerField())


class _ActOut(serializers.Serializer[Any]):
    room = serializers.IntegerField()
    seq = serializers.IntegerField()
    rev = serializers.IntegerField()
    mine = OwnOut()


class ReactedOut(_ActOut):
    reactions = ReactionsOut(many=True)


class VotedOut(_ActOut):
    poll = PollOut()


class PinnedByOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    address = serializers.CharField(allow_blank=True)


class PinOut(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
    author = PersonRefOut()
    excerpt = serializers.CharField(allow_blank=True)
    until = serializers.DateTimeField()
    by = PinnedByOut()
    file = serializers.CharField(required=False)
    name = serializers.CharField(required=False)


class PinsOut(serializers.Serializer[Any]):
    pins = PinOut(many=True)


class VotersOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    people = PersonRefOut(many=True)


class VotesOut(serializers.Serializer[Any]):
    options = VotersOut(many=True)
    truncated = serializers.BooleanField()
