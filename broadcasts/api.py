"""Notices over REST (docs/protocol.md 4). Views translate; what is allowed is decided in actions and selectors."""

from typing import Any

import msgspec
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from broadcasts import actions, content, policy, selectors, serializers, shapes
from broadcasts.audiences import audience_named
from broadcasts.choices import choices_in
from broadcasts.describing import answer, body
from broadcasts.errors import NotYourAudience
from broadcasts.ids import Id
from realtime.errors import BadInput, NotFound, NotSignedIn
from registry.models import Person
from registry.people import person_of

PAGE, LONGEST_PAGE = 20, 100
BEFORE = OpenApiParameter("before", int, description="Only those older than this id")
LIMIT = OpenApiParameter("limit", int, description=f"At most so many ({PAGE}; up to {LONGEST_PAGE})")
PAGES = [BEFORE, LIMIT]


class Answer(msgspec.Struct, forbid_unknown_fields=True):
    """For which children one has taken note; none: for oneself."""

    students: list[Id] = msgspec.field(default_factory=list)


class InboxView(APIView):
    """What one has received; and sending."""

    @extend_schema(operation_id="broadcasts_list", parameters=PAGES, responses={200: answer(shapes.InboxPage)})
    def get(self, request: Request) -> Response:
        """The notices that the signed-in person received, newest first."""
        person = _asking(request)
        page, is_complete = selectors.inbox(person, **_page(request))
        told = {"broadcasts": [serializers.inbox(one) for one in page], "complete": is_complete}
        # What a device fetches, it has.
        actions.record_delivered(person, [one.receipt for one in page])
        return Response(told)

    @extend_schema(
        request=body(content.NamedContent),
        responses={201: answer(shapes.Sent), 200: answer(shapes.Sent)},
    )
    def post(self, request: Request) -> Response:
        """Send a notice. The same client_broadcast_id again gives the same answer, and sends nothing."""
        written, name = content.named_content_from(request.data)
        broadcast, is_new = actions.publish(_asking(request), written, client_broadcast_id=name)
        (sent,) = selectors.with_totals([broadcast])
        return Response(serializers.sent(sent), status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class DetailView(APIView):
    """One notice."""

    @extend_schema(responses={200: answer(shapes.Inbox | shapes.Sent)})
    def get(self, request: Request, broadcast_id: int) -> Response:
        """As its recipient has it, as its sender sees it; all of it for somebody who is both."""
        person, told = _asking(request), dict[str, Any]()
        if received := selectors.received(person, broadcast_id):
            told |= serializers.inbox(received)
            actions.record_delivered(person, [received.receipt])
        if seen := selectors.overseen(person, broadcast_id):
            (sent,) = selectors.with_totals([seen])
            told |= serializers.sent(sent)
        if not told:
            raise NotFound
        return Response(told)


class ReadView(APIView):
    """Opening a notice."""

    @extend_schema(request=None, responses={200: answer(shapes.Seen)})
    def post(self, request: Request, broadcast_id: int) -> Response:
        """The person opened it; when they first did."""
        seen_at = actions.record_read(_asking(request), broadcast_id)
        return Response(shapes.Seen(seen_at=serializers.moment(seen_at)))


class AcknowledgeView(APIView):
    """Saying "Đã rõ"."""

    @extend_schema(request=body(Answer), responses={200: answer(shapes.Inbox)})
    def post(self, request: Request, broadcast_id: int) -> Response:
        """For these children, or for oneself. Again: nothing changes."""
        person = _asking(request)
        actions.acknowledge(person, broadcast_id, students=content.parsed(Answer, request.data).students)
        found = selectors.received(person, broadcast_id)
        if found is None:
            raise NotFound
        return Response(serializers.inbox(found))


class AudiencesView(APIView):
    """Before writing."""

    @extend_schema(
        parameters=[OpenApiParameter("org", int, description="Only this org, and what it can be narrowed by")],
        responses={200: answer(shapes.Audiences)},
    )
    def get(self, request: Request) -> Response:
        """The orgs and classes that the signed-in person may send to; of one org, its `choices` too."""
        person = _asking(request)
        if org := _number(request, "org"):
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

    @extend_schema(request=body(content.Content), responses={200: answer(shapes.Reach)})
    def post(self, request: Request) -> Response:
        """How many the notice would reach: the numbers that publishing it now would write."""
        written = content.content_from(request.data)
        return Response(serializers.reach(actions.preview(_asking(request), written)))


class SentView(APIView):
    """After sending."""

    @extend_schema(parameters=PAGES, responses={200: answer(shapes.SentPage)})
    def get(self, request: Request) -> Response:
        """The notices that the signed-in person sent, newest first."""
        page, is_complete = selectors.sent(_asking(request), **_page(request))
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
        broadcast = selectors.overseen(_asking(request), broadcast_id)
        if broadcast is None:
            raise NotFound
        found = selectors.progress(
            broadcast,
            commune=_number(request, "commune"),
            school=_number(request, "school"),
            outstanding=_choice(request, "state", ("all", "outstanding")) == "outstanding",
        )
        return Response(serializers.progress(found))


def _asking(request: Request) -> Person:
    person = person_of(request)
    if person is None:
        raise NotSignedIn
    return person


def _page(request: Request) -> dict[str, Any]:
    return {"before": _number(request, "before"), "limit": min(_number(request, "limit") or PAGE, LONGEST_PAGE)}


def _number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name)
    if not text:
        return None
    # Ids are positive and fit the database's integer.
    if not (len(text) < 20 and text.isascii() and text.isdigit() and 0 < int(text) < 2**63):
        raise BadInput(field=name)
    return int(text)


def _choice(request: Request, name: str, choices: tuple[str, ...]) -> str:
    text = request.query_params.get(name, choices[0])
    if text not in choices:
        raise BadInput(field=name)
    return text
