"""The shapes of sign-in: what comes in is checked here, what goes out is described here."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from registry.models import Account


class Closed(serializers.Serializer[Any]):
    """A body with these fields and no others."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuses fields that nobody declared, by their names."""
        if isinstance(data, dict) and (unknown := set(data) - set(self.fields)):
            raise serializers.ValidationError({field: ["unknown field"] for field in sorted(unknown)})
        return super().to_internal_value(data)


def checked(serializer: type[Closed], request: Request) -> dict[str, Any]:
    """The body's fields; refuses with the names of those that are wrong."""
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


class CodeIn(Closed):
    code = serializers.CharField(max_length=60)


class CodeUseIn(CodeIn):
    language = serializers.ChoiceField(choices=["vi", "en"], required=False)


class SessionIn(Closed):
    username = serializers.CharField(max_length=Account._meta.get_field("username").max_length)
    password = serializers.CharField(max_length=200, trim_whitespace=False)


class SecondFactorIn(Closed):
    totp = serializers.CharField(max_length=20)


class PasswordIn(Closed):
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    present = serializers.CharField(max_length=200, trim_whitespace=False, required=False, allow_blank=True, default="")


class ActivationChild(serializers.Serializer[Any]):
    given_name = serializers.CharField()
    class_title = serializers.CharField()


class ActivationOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    children = ActivationChild(many=True)
    school_name = serializers.CharField()
    expires_at = serializers.DateTimeField()
    is_pupil = serializers.BooleanField()


class DeviceOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField()
    is_this = serializers.BooleanField()

    def get_fields(self) -> dict[str, Any]:
        """`label` is a word of Serializer's own."""
        return super().get_fields() | {"label": serializers.CharField()}


class DevicesOut(serializers.Serializer[Any]):
    devices = DeviceOut(many=True)


class DeviceCodeOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    expires_at = serializers.DateTimeField()
    qr_svg = serializers.CharField()


class UsernameOut(serializers.Serializer[Any]):
    username = serializers.CharField()


class NothingOut(serializers.Serializer[Any]):
    """An empty object."""
