"""The chain of responsibility over REST (docs/protocol.md 4.0b). Views translate; policy.py says what is whose."""

import uuid
from typing import Annotated, Any

import msgspec
from django.http import HttpResponseBase
from django.utils import timezone, translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from broadcasts import policy as sending
from broadcasts import serializers as notice_serializers
from broadcasts import shapes as notice_shapes
from broadcasts.asking import asking, number
from broadcasts.audiences import audience_for
from broadcasts.cascade import exporting, moving, own, policy, relaying, serializers, shapes, standing
from broadcasts.cascade.chain import Wanted, chain_of, page_of, wanted_in
from broadcasts.cascade.policy import View
from broadcasts.cascade.rows import rows_of
from broadcasts.cascade.words import SILENT
from broadcasts.content import parsed
from broadcasts.describing import answer, body
from broadcasts.drafts import serializers as draft_serializers
from broadcasts.drafts import shapes as draft_shapes
from broadcasts.ids import Id
from broadcasts.ledger.api import FORMATS, file_answer
from broadcasts.ledger.exporting import file_of
from broadcasts.models import Node, Role
from broadcasts.selection import Selection
from realtime.errors import BadInput
from registry import audit
from registry.models import Person

PAGE, LONGEST_PAGE = 50, 100
ORG = OpenApiParameter("org", int, description="Only the units in this org and below it")
PAGES = [
    OpenApiParameter("after", int, description="The last unit of the page before"),
    OpenApiParameter("limit", int, description=f"At most so many ({PAGE}; up to {LONGEST_PAGE})"),
]
FILTERS = [
    ORG,
    OpenApiParameter("state", str, description="States, overdue, or silent; separated by commas"),
    OpenApiParameter("level", str, description="Levels of schools, separated by commas"),
    OpenApiParameter("charge", str, description="In whose hands: leader, handed, nobody; separated by commas"),
    OpenApiParameter("q", str, description="Words of a unit's name"),
]


class Relay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The client's name for the notice by which a unit passes another one down."""

    client_broadcast_id: uuid.UUID


class Done(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was done."""

    note: Annotated[str, msgspec.Meta(max_length=10_000)] = ""


class HandedOver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """To whom."""

    person: Id


class CascadeView(APIView):
    """The whole chain of a notice."""

    @extend_schema(parameters=[ORG], responses={200: answer(shapes.Cascade)})
    def get(self, request: Request, broadcast_id: int) -> Response:
        """Every unit by its state, and how many stand how."""
        person, org = asking(request), number(request, "org")
        view = policy.view_of(person, broadcast_id, org=org)
        audience = _audience(person, view, org)
        roles = [Role.STAFF.value] if audience else []
        return Response(serializers.cascade(view.broadcast, chain_of(view), audience=audience, roles=roles))


class NodesView(APIView):
    """Its units, with whom to call there."""

    @extend_schema(
        operation_id="cascade_nodes_list", parameters=[*FILTERS, *PAGES], responses={200: answer(shapes.Nodes)}
    )
    def get(self, request: Request, broadcast_id: int) -> Response:
        """Those that match all filters, by commune and name."""
        person, view = _view(request, broadcast_id)
        return Response(_page(request, person, view, wanted_in(request.query_params)))


class CallsView(APIView):
    """Whom to call."""

    @extend_schema(parameters=[ORG, *PAGES], responses={200: answer(shapes.Calls)})
    def get(self, request: Request, broadcast_id: int) -> Response:
        """The units that have not confirmed, once it is time to call them; who confirms is on it no more."""
        person, view = _view(request, broadcast_id)
        calls_from = standing.called_from(view.broadcast)
        told = {"calls_from": notice_serializers.moment(calls_from) if calls_from else None}
        if calls_from is None or timezone.now() < calls_from:
            return Response({**serializers.nodes([], count=0, is_complete=True), **told})
        silent = Wanted(states=frozenset(str(state) for state in SILENT))
        return Response({**_page(request, person, view, silent), **told})


class ExportView(APIView):
    """The same units as a file."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[Any, str]:
        """`format` is the file's: DRF would take it for that of its own answers, and find none."""
        renderer = self.get_renderers()[0]
        return renderer, renderer.media_type

    @extend_schema(
        parameters=[*FILTERS, OpenApiParameter("format", str, enum=[*FORMATS], description="csv, or xlsx")],
        responses={(200, media_type): OpenApiTypes.BINARY for media_type in FORMATS.values()},
    )
    def get(self, request: Request, broadcast_id: int) -> HttpResponseBase:
        """All of them. Who took it away, and narrowed by what, stands in the audit trail."""
        person, view = _view(request, broadcast_id)
        wanted, kind = wanted_in(request.query_params), request.query_params.get("format", "csv")
        if kind not in FORMATS:
            raise BadInput(field="format")
        links = [link for link in chain_of(view) if wanted.matches(link)]
        with translation.override(person.account.language):
            file = file_of(exporting.lines_of(view, links, person), kind)
        audit.record(
            person,
            "cascade.export",
            subject=f"broadcast:{broadcast_id}",
            concerning=number(request, "org") or view.broadcast.issuer_id,
            format=kind,
            org=number(request, "org"),
            **wanted.facts(),
        )
        return file_answer(file, f"day-chuyen-{broadcast_id}", kind)


class RelayView(APIView):
    """Passing a notice down."""

    @extend_schema(request=body(Relay), responses={201: answer(draft_shapes.Draft), 200: answer(draft_shapes.Draft)})
    def post(self, request: Request, broadcast_id: int, unit: int) -> Response:
        """A draft of the unit's own notice. The same name again: the one that is there."""
        named = parsed(Relay, request.data)
        draft, is_new = relaying.begin(
            asking(request), broadcast_id, unit, client_broadcast_id=named.client_broadcast_id
        )
        told = draft_serializers.draft(draft)
        return Response(told, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class CompleteView(APIView):
    """Reporting that it is carried out."""

    @extend_schema(request=body(Done), responses={200: answer(notice_shapes.OwnNode)})
    def post(self, request: Request, broadcast_id: int, unit: int) -> Response:
        """With a note. Again with another one: that stands."""
        person, note = asking(request), parsed(Done, request.data).note
        return _own(person, moving.complete(person, broadcast_id, unit, note=note))


class ReopenView(APIView):
    """Taking that back."""

    @extend_schema(request=None, responses={200: answer(notice_shapes.OwnNode)})
    def post(self, request: Request, broadcast_id: int, unit: int) -> Response:
        """It is not done after all."""
        person = asking(request)
        return _own(person, moving.reopen(person, broadcast_id, unit))


class HandOverView(APIView):
    """Putting a unit's part into a colleague's hands."""

    @extend_schema(responses={200: answer(shapes.Colleagues)})
    def get(self, request: Request, broadcast_id: int, unit: int) -> Response:
        """To whom that can be done."""
        return Response(serializers.colleagues(moving.colleagues(asking(request), broadcast_id, unit)))

    @extend_schema(request=body(HandedOver), responses={200: answer(notice_shapes.OwnNode)})
    def post(self, request: Request, broadcast_id: int, unit: int) -> Response:
        """To this one; who had it in hand stands in for them."""
        person, to = asking(request), parsed(HandedOver, request.data).person
        return _own(person, moving.hand_over(person, broadcast_id, unit, to=to))


def _view(request: Request, broadcast_id: int) -> tuple[Person, View]:
    person = asking(request)
    return person, policy.view_of(person, broadcast_id, org=number(request, "org"))


def _page(request: Request, person: Person, view: View, wanted: Wanted) -> shapes.Nodes:
    limit = min(number(request, "limit") or PAGE, LONGEST_PAGE)
    page, count, is_complete = page_of(chain_of(view), wanted, after=number(request, "after"), limit=limit)
    return serializers.nodes(rows_of(view, page, person), count=count, is_complete=is_complete)


def _audience(person: Person, view: View, org: int | None) -> Selection | None:
    """Those on the staff of units that have not confirmed, if this person may write to them."""
    found = Selection(org=org or view.broadcast.audience_org_id, unacknowledged=view.broadcast.pk)
    audience = audience_for(found)
    return found if audience and sending.may_address(person, audience) else None


def _own(person: Person, node: Node) -> Response:
    told = {one.node.pk: one for one in own.own_nodes(person, [node.broadcast_id])[node.broadcast_id]}
    return Response(notice_serializers.own_node(told[node.pk], is_seen=True))
