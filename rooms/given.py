"""How what comes in over REST is checked: declared fields and no others."""

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


class Number(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=LARGEST, **kwargs)
