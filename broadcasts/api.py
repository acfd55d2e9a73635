"""Notices over REST (docs/protocol.md 4). Views translate; what is allowed is decided in actions and selectors."""

from typing import Any

import msgspec
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from broadcasts import actions, content, open_shapes, policy, reach_shapes, selectors, serializers, shapes
from broadcasts.asking import PAGES, asking, number, page_of
from broadcasts.audiences import audience_named
from broadcasts.choices import choices_in
from broadcasts.correcting.serializers import around
from broadcasts.describing import answer, body
from broadcasts.drafts import serializers as draft_serializers
from broadcasts.drafts import shapes as draft_shapes
from broadcasts.drafts import submitting
from broadcasts.errors import NotYourAudience
from broadcasts.evidence.acts import record_view
from broadcasts.foreseeing import foresee
from broadcasts.ids import Id
from broadcasts.tap import Tap
from realtime.errors import BadInput, NotFound
from registry.assurance import assurance_of


class Opening(msgspec.Struct, forbid_unknown_fields=True):
    """When it was, and what the device's clock shows now; without: now."""

    at: content.Moment | None = None
    sent_at: content.Moment | None = None


class Answer(Opening, forbid_unknown_fields=True):
    """For which children one has taken note; none: for oneself."""

    students: list[Id] = msgspec.field(default_factory=list)


class InboxView(APIView):
    """What one has received; and sending."""

    @extend_schema(operation_id="broadcasts_list", parameters=PAGES, responses={200: answer(shapes.InboxPage)})
    def get(self, request: Request) -> Response:
        """The notices that the signed-in person received, newest first."""
        person = asking(request)
        page, is_complete = selectors.inbox(person, **page_of(request))
        told = {"broadcasts": [serializers.inbox(one) for one in page], "complete": is_complete}
        # What a device fetches, it has.
        actions.record_delivered(person, [one.receipt for one in page])
        return Response(told)

    @extend_schema(
        request=body(content.Sending),
        responses={201: answer(shapes.Sent), 200: answer(shapes.Sent), 202: answer(draft_shapes.Draft)},
    )
    def post(self, request: Request) -> Response:
        """Keep a draft and submit it, in one. 201: it was sent; 202: it is leaving or waits for a second person. The same
        client_broadcast_id again: as it is now, and nothing is sent twice."""
        sending, written = content.sending_from(request.data)
        draft, is_new = submitting.send(asking(request), sending, written, assurance=assurance_of(request))
        if draft.broadcast is None:
            return Response(draft_serializers.draft(draft), status=status.HTTP_202_ACCEPTED)
        (sent,) = selectors.with_totals([draft.broadcast])
        return Response(serializers.sent(sent), status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class DetailView(APIView):
    """One notice."""

    @extend_schema(responses={200: answer(shapes.InboxInFull | shapes.SentInFull)})
    def get(self, request: Request, broadcast_id: int) -> Response:
        """As its recipient has it, as its sender sees it; all of it for somebody who is both."""
        person, told = asking(request), dict[str, Any]()
        if received := selectors.received(person, broadcast_id):
            told |= serializers.inbox(received)
            actions.record_delivered(person, [received.receipt])
        if seen := selectors.overseen(person, broadcast_id):
            (sent,) = selectors.with_totals([seen])
            told |= serializers.sent(sent)
            if received is None:
                record_view(person, seen)
        found = seen or (received.broadcast if received else None)
        if found is None:
            raise NotFound
        return Response(told | around(person, found, is_received=received is not None, is_overseen=seen is not None))


class ReadView(APIView):
    """Opening a notice."""

    @extend_schema(request=body(Opening), responses={200: answer(shapes.Seen)})
    def post(self, request: Request, broadcast_id: int) -> Response:
        """The person opened it; when they first did."""
        opening = content.parsed(Opening, request.data or {})
        seen_at = actions.record_read(asking(request), broadcast_id, tap=Tap(opening.at, opening.sent_at))
        return Response(shapes.Seen(seen_at=serializers.moment(seen_at)))


class AcknowledgeView(APIView):
    """Saying "Đã rõ"."""

    @extend_schema(request=body(Answer), responses={200: answer(shapes.Inbox)})
    def post(self, request: Request, broadcast_id: int) -> Response:
        """For these children, or for oneself. Again: nothing changes."""
        person, said = asking(request), content.parsed(Answer, request.data)
        actions.acknowledge(person, broadcast_id, students=said.students, tap=Tap(said.at, said.sent_at))
        found = selectors.received(person, broadcast_id)
        if found is None:
            raise NotFound
        return Response(serializers.inbox(found))


class AudiencesView(APIView):
    """Before writing."""

    @extend_schema(
        parameters=[OpenApiParameter("org", int, description="Only this org, and what it can be narrowed by")],
        responses={200: answer(open_shapes.Audiences)},
    )
    def get(self, request: Request) -> Response:
        """The orgs and classes that the signed-in person may send to; of one org, its `choices` too."""
        person = asking(request)
        if org := number(request, "org"):
            links = [*policy.orgs_open_to(person).filter(descendant=org)]
            audience = audience_named("org", org)
            if not links or audience is None:
                raise NotYourAudience
            return Response(serializers.audiences(links, [], {}, choices_in(audience)))
        orgs = [*policy.orgs_open_to(person)]
        parents = policy.parents_of([link.descendant_id for link in orgs])
        return Response(serializers.audiences(orgs, [*policy.classes_open_to(person)], parents))


class PreviewView(APIView):
    """Before sending."""

    @extend_schema(request=body(content.Content), responses={200: answer(reach_shapes.Preview)})
    def post(self, request: Request) -> Response:
        """How many the notice would reach: the numbers that publishing it now would write; and what else sending it means."""
        written = content.content_from(request.data)
        return Response(serializers.preview(foresee(asking(request), written)))


class SentView(APIView):
    """After sending."""

    @extend_schema(parameters=PAGES, responses={200: answer(shapes.SentPage)})
    def get(self, request: Request) -> Response:
        """The notices that the signed-in person sent, newest first."""
        page, is_complete = selectors.sent(asking(request), **page_of(request))
        return Response({"broadcasts": [serializers.sent(one) for one in page], "complete": is_complete})


class ProgressView(APIView):
    """Who has it, in numbers."""

    @extend_schema(
        parameters=[
            OpenApiParameter("commune", int, description="Only the units of this commune"),
            OpenApiParameter("school", int, description="Only this unit"),
            OpenApiParameter("state", str, enum=["all", "outstanding"], description="Only where something is missing"),
        ],
        responses={200: answer(shapes.Progress)},
    )
    def get(self, request: Request, broadcast_id: int) -> Response:
        """How far the notice got, unit by unit."""
        broadcast = selectors.overseen(asking(request), broadcast_id)
        if broadcast is None:
            raise NotFound
        found = selectors.progress(
            broadcast,
            commune=number(request, "commune"),
            school=number(request, "school"),
            outstanding=_choice(request, "state", ("all", "outstanding")) == "outstanding",
        )
        return Response(serializers.progress(found))


def _choice(request: Request, name: str, choices: tuple[str, ...]) -> str:
    text = request.query_params.get(name, choices[0])
    if text not in choices:
        raise BadInput(field=name)
    return text
