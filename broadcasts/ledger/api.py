"""The reach ledger over REST (docs/protocol.md 4.0a). Views translate; places.py and policy.py say what is whose."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, BinaryIO

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from broadcasts import policy as sending
from broadcasts.asking import PAGES, asking, number, page_of
from broadcasts.audiences import audience_for
from broadcasts.content import parsed
from broadcasts.describing import answer, body
from broadcasts.ledger import contacting, exporting, finding, listing, places, policy, serializers, shapes
from broadcasts.ledger.boards import board_of
from broadcasts.ledger.filters import Wanted, roles_meant, wanted_in
from broadcasts.ledger.people import subjects_told
from broadcasts.ledger.places import CLASSES, Place
from broadcasts.ledger.policy import Standing
from broadcasts.models import Broadcast
from broadcasts.selection import Selection
from realtime.errors import BadInput, NotFound
from registry import audit
from registry.models import Person
from rooms.files.meanwhile import lend_database

PAGE, LONGEST_PAGE = 50, 100
# Bytes of a file that are sent at once.
AT_ONCE = 128 << 10
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
WHERE = [
    OpenApiParameter("org", int, description="In this org and below it"),
    OpenApiParameter("class", int, description="In this class"),
]
FILTERS = [
    *WHERE,
    OpenApiParameter("state", str, description="States, or reached, unreached; separated by commas"),
    OpenApiParameter("reason", str, description="Reasons, separated by commas"),
    OpenApiParameter("level", str, description="Levels of schools, separated by commas"),
    OpenApiParameter("grade", str, description="Grades of pupils, separated by commas"),
    OpenApiParameter("role", str, description="pupil or adult"),
    OpenApiParameter("contact", str, description="Channels by hand separated by commas, or any, or none"),
    OpenApiParameter("q", str, description="Words of a name, of those who are named"),
]


class BoardsView(APIView):
    """The notices of which one may see a board."""

    @extend_schema(parameters=PAGES, responses={200: answer(shapes.Boards)})
    def get(self, request: Request) -> Response:
        """Newest first, each with the topmost place that is one's own."""
        standing = policy.standing_of(asking(request))
        page, is_complete = finding.with_boards(standing, **page_of(request))
        found = [serializers.with_board(broadcast, place) for broadcast, place in page]
        return Response(shapes.Boards(broadcasts=found, complete=is_complete))


class BoardView(APIView):
    """How far a notice has got."""

    @extend_schema(
        parameters=[
            *WHERE,
            OpenApiParameter("parts", str, enum=["next", "units"], description="Of an org above schools"),
        ],
        responses={200: answer(shapes.Board)},
    )
    def get(self, request: Request, broadcast_id: int) -> Response:
        """In one place and in the parts of it."""
        standing, place = _place(request, broadcast_id)
        parts = request.query_params.get("parts", "next")
        if parts not in {"next", "units"}:
            raise BadInput(field="parts")
        found = board_of(place, by_unit=parts == "units")
        return Response(serializers.board(found, places.above(standing, place), place.names(standing)))


class SubjectsView(APIView):
    """Who has it and who has not."""

    @extend_schema(
        parameters=[
            *FILTERS,
            OpenApiParameter("after", str, description="What the last page said"),
            OpenApiParameter("limit", int, description=f"At most so many ({PAGE}; up to {LONGEST_PAGE})"),
        ],
        responses={200: answer(shapes.Subjects)},
    )
    def get(self, request: Request, broadcast_id: int) -> Response:
        """Those who match all filters: named where one may see them by name, counted otherwise."""
        standing, place = _place(request, broadcast_id)
        wanted, limit = wanted_in(request.query_params), min(number(request, "limit") or PAGE, LONGEST_PAGE)
        page = listing.page_of(standing, place, wanted, after=request.query_params.get("after"), limit=limit)
        told = subjects_told(standing, place.broadcast, page.listed)
        roles = roles_meant(wanted, place.broadcast.roles)
        audience = _audience(standing.person, place, wanted) if roles else None
        return Response(serializers.subjects(page, told, audience=audience, roles=roles))


class ExportView(APIView):
    """The same list as a file."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[Any, str]:
        """`format` is the file's: DRF would take it for that of its own answers, and find none."""
        renderer = self.get_renderers()[0]
        return renderer, renderer.media_type

    @extend_schema(
        parameters=[*FILTERS, OpenApiParameter("format", str, enum=[*FORMATS], description="csv, or xlsx")],
        responses={(200, media_type): OpenApiTypes.BINARY for media_type in FORMATS.values()},
    )
    def get(self, request: Request, broadcast_id: int) -> HttpResponseBase:
        """All of it. Who took it away, and narrowed by what, stands in the audit trail."""
        standing, place = _place(request, broadcast_id)
        wanted, kind = wanted_in(request.query_params), request.query_params.get("format", "csv")
        if kind not in FORMATS:
            raise BadInput(field="format")
        # By a link the browser asks in its own language; the account knows its owner's.
        with translation.override(standing.person.account.language):
            file = exporting.file_of(exporting.lines_of(standing, place, wanted), kind)
        _record(standing.person, place, wanted, kind)
        return file_answer(file, f"so-phu-tin-{place.broadcast.pk}", kind)


class ContactsView(APIView):
    """Contacts by hand."""

    @extend_schema(
        request=body(contacting.Contacted),
        responses={201: answer(shapes.Subject), 200: answer(shapes.Subject)},
    )
    def post(self, request: Request, broadcast_id: int) -> Response:
        """Note that they were told. The same again: as it is, counted once."""
        said = parsed(contacting.Contacted, request.data)
        subject, is_new = contacting.log(asking(request), broadcast_id, said)
        return Response(serializers.subject(subject), status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class WithdrawView(APIView):
    """A contact that was a mistake."""

    @extend_schema(request=None, responses={200: answer(shapes.Subject)})
    def post(self, request: Request, broadcast_id: int, contact_id: int) -> Response:
        """It counts no more, and stays in the list as withdrawn."""
        return Response(serializers.subject(contacting.withdraw(asking(request), broadcast_id, contact_id)))


def file_answer(file: BinaryIO, name: str, kind: str) -> HttpResponseBase:
    """A table to be kept under this name; the file is closed when it is sent."""
    headers = {
        "Content-Type": FORMATS[kind],
        "Content-Disposition": f'attachment; filename="{name}.{kind}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    # Loading it may take minutes: meanwhile others have the database.
    lend_database()
    return StreamingHttpResponse(_pieces(file), headers=headers)


def _place(request: Request, broadcast_id: int) -> tuple[Standing, Place]:
    standing = policy.standing_of(asking(request))
    org, school_class = number(request, "org"), number(request, "class")
    if org is not None and school_class is not None:
        raise BadInput(field="class")
    found = Broadcast.objects.select_related("audience_org", "audience_class__school").filter(pk=broadcast_id).first()
    if found is None:
        raise NotFound
    return standing, places.place_named(standing, found, org=org, school_class=school_class)


def _audience(person: Person, place: Place, wanted: Wanted) -> Selection | None:
    """The selection that means the list, if there is one that this person may send to."""
    if place.kind == CLASSES or place.org is None:
        return None
    base = Selection(school_class=place.school_class.pk) if place.school_class else Selection(org=place.org.pk)
    broadcast = place.broadcast
    found = wanted.selection(base, broadcast=broadcast.pk, wants_acknowledgement=broadcast.wants_acknowledgement)
    audience = audience_for(found) if found else None
    return found if audience and sending.may_address(person, audience) else None


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while piece := await asyncio.to_thread(file.read, AT_ONCE):
            yield piece


def _record(person: Person, place: Place, wanted: Wanted, kind: str) -> None:
    school = place.school_class.school_id if place.school_class else place.broadcast.issuer_id
    audit.record(
        person,
        "reach.export",
        subject=f"broadcast:{place.broadcast.pk}",
        concerning=place.org.pk if place.org else school,
        format=kind,
        org=place.org.pk if place.org else None,
        school_class=place.school_class.pk if place.school_class else None,
        **wanted.facts(),
    )
