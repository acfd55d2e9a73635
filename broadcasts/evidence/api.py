"""The evidence of one notice over REST (docs/protocol.md 4.0f)."""

from django.db import transaction
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from broadcasts.asking import asking
from broadcasts.describing import answer
from broadcasts.evidence import policy, shapes
from broadcasts.evidence.acts import acts_on
from broadcasts.evidence.errors import MayNotTakeEvidence
from broadcasts.evidence.packing import package_of
from broadcasts.ledger.policy import Standing, standing_of
from broadcasts.models import Broadcast
from broadcasts.selectors import senders_view
from broadcasts.serializers import colleague, moment
from realtime.errors import NotFound
from registry import audit


class ActsView(APIView):
    """What was done with a notice."""

    @extend_schema(responses={200: answer(shapes.Acts)})
    def get(self, request: Request, broadcast_id: int) -> Response:
        """Line by line of the audit trail, with the names of those whom the one who asks may see by name."""
        standing, broadcast = _open(request, broadcast_id)
        lines = acts_on(broadcast)
        named = policy.named_to(standing, broadcast, {line.actor_id for line in lines if line.actor_id})
        acts = [
            shapes.Act(
                id=line.pk,
                at=moment(line.at),
                act=line.act,
                by=colleague(named[line.actor_id]) if line.actor_id in named else None,
                by_id=line.actor_id,
                facts=line.details,
                digest=line.digest,
            )
            for line in lines
        ]
        may_take = policy.may_take(standing.person, broadcast)
        return Response(shapes.Acts(title=broadcast.title, code=broadcast.code, may_take=may_take, acts=acts))


class PackageView(APIView):
    """The same to be taken away."""

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, broadcast_id: int) -> HttpResponse:
        """A sealed package. That it was taken away is a line of the trail itself, the last one in it."""
        standing, broadcast = _open(request, broadcast_id)
        if not policy.may_take(standing.person, broadcast):
            raise MayNotTakeEvidence
        with transaction.atomic():
            audit.record(
                standing.person,
                "evidence.export",
                subject=f"broadcast:{broadcast.pk}",
                concerning=broadcast.issuer_id,
            )
            package = package_of(broadcast, by=standing.person)
        headers = {
            "Content-Disposition": f'attachment; filename="bang-chung-{broadcast.code or broadcast.pk}.zip"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return HttpResponse(package, content_type="application/zip", headers=headers)


def _open(request: Request, broadcast_id: int) -> tuple[Standing, Broadcast]:
    person = asking(request)
    found = senders_view().filter(pk=broadcast_id).first()
    if found is None or not policy.may_see(person, found):
        raise NotFound
    return standing_of(person), found
