"""Corrections over REST (docs/protocol.md 4)."""

import uuid

import msgspec
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from broadcasts.asking import asking
from broadcasts.content import parsed
from broadcasts.correcting.beginning import begin
from broadcasts.describing import answer, body
from broadcasts.drafts import serializers
from broadcasts.drafts import shapes as draft_shapes
from broadcasts.models import How


class Begun(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the notice is taken the place of, and the client's name for the draft."""

    client_broadcast_id: uuid.UUID
    how: How


class CorrectView(APIView):
    """Correcting what has left."""

    @extend_schema(request=body(Begun), responses={201: answer(draft_shapes.Draft), 200: answer(draft_shapes.Draft)})
    def post(self, request: Request, broadcast_id: int) -> Response:
        """A draft with the words of the notice, to everybody who has it; it goes the way of every draft. Again: the one that
        one has on hand."""
        begun = parsed(Begun, request.data)
        draft, is_new = begin(asking(request), broadcast_id, begun.how, client_broadcast_id=begun.client_broadcast_id)
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(serializers.draft(draft), status=code)
