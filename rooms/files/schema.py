"""Files of messages over REST: what goes out is described here, for the machine-readable page."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers

from rooms.files.examining.kinds import DOCUMENTS, JPEG, M4A, PDF, PNG

KEPT = {(200, kind): OpenApiTypes.BINARY for kind in (PDF, JPEG, PNG, M4A, *sorted(DOCUMENTS))}


class RoomFileOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    name = serializers.CharField()
    type = serializers.CharField()
    size = serializers.IntegerField()
    width = serializers.IntegerField(required=False)
    height = serializers.IntegerField(required=False)
    seconds = serializers.FloatField(required=False)
    peaks = serializers.CharField(required=False)


class UploadedOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    file = RoomFileOut()


class PassOut(serializers.Serializer[Any]):
    expires_at = serializers.DateTimeField()

    def get_fields(self) -> dict[str, Any]:
        """`pass` is a word of Python's own."""
        return {"pass": serializers.CharField()} | super().get_fields()
