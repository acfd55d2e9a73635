"""The ladder over REST (docs/protocol.md 4)."""

import datetime as dt

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from broadcasts import selectors
from broadcasts.asking import asking
from broadcasts.content import parsed
from broadcasts.describing import answer, body
from broadcasts.ladder import keeping, policy, serializers, shapes
from broadcasts.ladder.climbed import climbed
from broadcasts.ladder.governing import governing
from realtime.errors import BadInput, NotFound
from registry.assurance import assurance_of
from registry.models import Org, Person


class LadderView(APIView):
    """By which ladder the notices of an org go."""

    @extend_schema(
        parameters=[OpenApiParameter("at", str, description="As if it left then; else now")],
        responses={200: answer(shapes.LadderTold)},
    )
    def get(self, request: Request, org_id: int) -> Response:
        """Every urgency for both sides, with the times of a notice that leaves now."""
        person = asking(request)
        org = policy.org_seen_by(person, org_id)
        if org is None:
            raise NotFound
        return Response(_told(person, org, _moment(request)))

    @extend_schema(request=body(keeping.Wanted), responses={200: answer(shapes.LadderTold)})
    def put(self, request: Request, org_id: int) -> Response:
        """All that the org decides for itself and below, in place of what it had. Again: the same answer."""
        person = asking(request)
        wanted = parsed(keeping.Wanted, request.data)
        org = keeping.keep(person, org_id, wanted, assurance=assurance_of(request))
        return Response(_told(person, org, timezone.now()))


class RungsView(APIView):
    """The rungs of one notice."""

    @extend_schema(responses={200: answer(shapes.RungsTold)})
    def get(self, request: Request, broadcast_id: int) -> Response:
        """Which are done, which is next, and for which there is no channel: to whoever sees how far the notice got."""
        broadcast = selectors.overseen(asking(request), broadcast_id)
        if broadcast is None:
            raise NotFound
        return Response(serializers.rungs(climbed(broadcast)))


def _told(person: Person, org: Org, at: dt.datetime) -> shapes.LadderTold:
    may_change = policy.org_changed_by(person, org.pk) is not None
    return serializers.ladder(org, governing(org.pk), may_change=may_change, at=at)


def _moment(request: Request) -> dt.datetime:
    text = request.query_params.get("at")
    if not text:
        return timezone.now()
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(field="at") from error
    if at.tzinfo is None or not (2000 <= at.year <= 2200):
        raise BadInput(field="at")
    return at
