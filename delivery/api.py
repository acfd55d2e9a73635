"""The signed-in person's push addresses."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from delivery import actions
from delivery.serializers import EndpointShape, SubscribedShape, SubscribeShape
from realtime.errors import NotSignedIn
from registry.models import Device, Person
from registry.people import person_of
from registry.sessions import hash_of


class PushSubscriptions(APIView):
    """This browser wants to be told, or no longer."""

    @extend_schema(operation_id="push_subscribe", request=SubscribeShape, responses={201: SubscribedShape})
    def post(self, request: Request) -> Response:
        """Tell this browser too. An address known for somebody else moves to this person."""
        shape = SubscribeShape(data=request.data)
        shape.is_valid(raise_exception=True)
        wanted = shape.validated_data
        kept = actions.subscribe(
            _person(request),
            _device(request),
            endpoint=wanted["endpoint"],
            keys=actions.PushKeys(**wanted["keys"]),
            language=wanted["language"],
        )
        return Response({"id": kept.pk}, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="push_unsubscribe", request=EndpointShape, responses={200: OpenApiTypes.OBJECT})
    def delete(self, request: Request) -> Response:
        """Tell this browser nothing more. Somebody else's address gets the same answer, and stays."""
        shape = EndpointShape(data=request.data)
        shape.is_valid(raise_exception=True)
        actions.unsubscribe(_person(request), endpoint=shape.validated_data["endpoint"])
        return Response({})


def _person(request: Request) -> Person:
    person = person_of(request)
    if person is None:
        raise NotSignedIn
    return person


def _device(request: Request) -> Device | None:
    """The device whose session this is: when it ends, its address ends."""
    key = request.session.session_key
    return Device.objects.filter(session_hash=hash_of(key), ended_at=None).first() if key else None
