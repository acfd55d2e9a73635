"""Saved audiences over REST (docs/protocol.md 4). Views translate."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from broadcasts import shapes
from broadcasts.content import parsed
from broadcasts.describing import answer, body
from broadcasts.errors import NotYourAudience
from broadcasts.saved import keeping
from broadcasts.serializers import moment
from realtime.errors import NotSignedIn
from registry.models import Person
from registry.people import person_of


class SavedAudiencesView(APIView):
    """One's own saved audiences."""

    @extend_schema(responses={200: answer(shapes.SavedAudiences)})
    def get(self, request: Request) -> Response:
        """By name, and whether one may still send to each."""
        return Response({"audiences": [_told(one) for one in keeping.saved_by(_asking(request))]})

    @extend_schema(
        request=body(keeping.Named),
        responses={201: answer(shapes.SavedAudience), 200: answer(shapes.SavedAudience)},
    )
    def post(self, request: Request) -> Response:
        """Keep a selection under a name. A name that is taken (200) means this selection from now on."""
        one, is_new = keeping.save(_asking(request), parsed(keeping.Named, request.data))
        return Response(_told(one), status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class SavedAudienceView(APIView):
    """One of them."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, saved_id: int) -> Response:
        """Delete it. Notices that were sent to it stay as they are."""
        keeping.forget(_asking(request), saved_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _asking(request: Request) -> Person:
    person = person_of(request)
    if person is None:
        raise NotSignedIn
    return person


def _told(one: keeping.Saved) -> shapes.SavedAudience:
    selection = cast("Any", one.selection.kept())
    return shapes.SavedAudience(
        id=one.row.pk,
        name=one.row.name,
        audience=selection,
        title=one.title,
        problem=None if one.title else NotYourAudience.code,
        created_at=moment(one.row.created_at),
    )
