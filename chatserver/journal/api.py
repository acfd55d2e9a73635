"""The journal over REST (docs/protocol.md 4.0f), for those who head a unit. To everybody else there is nothing here."""

import datetime as dt

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatserver.journal.policy import desk_of
from chatserver.journal.reading import Wanted, page_of
from chatserver.journal.shapes import JournalIn, JournalOut
from chatserver.signin.people import required_person
from registry import audit
from registry.selectors import today
from rooms.given import asked

DAYS = dt.timedelta(days=30)


class JournalView(APIView):
    """What was done in the units that one heads, and below them."""

    @extend_schema(operation_id="journal", parameters=[JournalIn], responses=JournalOut)
    def get(self, request: Request) -> Response:
        """Newest first; by unit, by what was done and by day."""
        desk, given = desk_of(required_person(request)), asked(JournalIn, request)
        wanted = Wanted(
            org=given.get("org"),
            group=given.get("group"),
            since=given.get("since"),
            until=given.get("until"),
            before=given.get("before"),
        )
        return Response(page_of(desk, wanted, limit=given["limit"]))


class RootsView(APIView):
    """The roots of the last days, on paper."""

    @extend_schema(operation_id="journal_roots", responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request) -> HttpResponse:
        """A sheet to be signed and kept elsewhere: nothing up to a root can be changed unnoticed. That it was printed
        stands in the journal."""
        from broadcasts.evidence.paper.roots import roots_sheet  # noqa: PLC0415  every start would pay for the font tools

        desk = desk_of(required_person(request))
        roots = audit.daily_roots(since=today() - DAYS)
        sheet = roots_sheet(roots)
        audit.record(desk.person, "journal.roots", concerning=min(desk.seats))
        headers = {
            "Content-Disposition": f'attachment; filename="dau-nhat-ky-{today().isoformat()}.pdf"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return HttpResponse(sheet, content_type="application/pdf", headers=headers)
