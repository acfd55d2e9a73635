"""Shapes of docs/protocol.md 5."""

from rest_framework import serializers


class PushKeysShape(serializers.Serializer[dict[str, str]]):
    """The browser's public key and secret, base64url."""

    p256dh = serializers.CharField(max_length=120)
    auth = serializers.CharField(max_length=40)


class SubscribeShape(serializers.Serializer[dict[str, object]]):
    """What PushSubscription.toJSON() gives, and the language of the texts."""

    endpoint = serializers.CharField(max_length=1000)
    keys = PushKeysShape()
    language = serializers.ChoiceField(choices=["vi", "en"], default="vi")


class EndpointShape(serializers.Serializer[dict[str, str]]):
    """Which address."""

    endpoint = serializers.CharField(max_length=1000)


class SubscribedShape(serializers.Serializer[dict[str, int]]):
    """The address as the server knows it."""

    id = serializers.IntegerField()
