"""Runs over REST (docs/protocol.md): what became of a package, decisions about it, its report. Who may is
registry/sync/permission.py's: for everybody else there is nothing here."""

from django.http import HttpResponse
from django.utils.translation import get_language, override
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatserver.language import LANGUAGES
from chatserver.registry_api import shown, work
from chatserver.registry_api.answers import RUN, accepted, carried_out, decided, run_answer
from chatserver.registry_api.conflicts import ConflictsIn, ConflictsOut, conflicts
from chatserver.registry_api.errors import CannotRollBack
from chatserver.registry_api.report import FORMATS, report
from chatserver.registry_api.serializers import ReasonIn, RunDetailOut
from chatserver.signin.people import required_person
from chatserver.signin.serializers import checked
from realtime.errors import BadInput
from registry.sync import holding
from registry.sync.codes import sentence
from registry.sync.rollback import may_be_rolled_back
from rooms.given import asked


class RunView(APIView):
    """What became of a package."""

    @extend_schema(responses=RunDetailOut)
    def get(self, request: Request, run_id: int) -> Response:
        """The run: how far it is, what it would change or changed, and what may be ordered now."""
        return Response(run_answer(shown.run(required_person(request), run_id)))


class ApplyView(APIView):
    """Nothing unusual: apply it."""

    @extend_schema(request=None, responses=RUN)
    def post(self, request: Request, run_id: int) -> Response:
        """Have a dry run applied as it was shown. It is held where there is something unusual in it."""
        person = required_person(request)
        run = decided(lambda: holding.apply(shown.run(person, run_id).pk, by=person))
        return carried_out(run)


class ConfirmView(APIView):
    """Something unusual: apply it nevertheless."""

    @extend_schema(request=ReasonIn, responses=RUN)
    def post(self, request: Request, run_id: int) -> Response:
        """Confirm a held run. A state's waits for a second person; a run that is outdated shows what it would change now."""
        person = required_person(request)
        found = shown.run(person, run_id)
        reason = checked(ReasonIn, request)["reason"]
        return carried_out(decided(lambda: holding.confirm(found.pk, by=person, reason=reason)))


class DeclineView(APIView):
    """Apply nothing of it."""

    @extend_schema(request=ReasonIn, responses=RunDetailOut)
    def post(self, request: Request, run_id: int) -> Response:
        """Decline a dry run or a held run."""
        person = required_person(request)
        found = shown.run(person, run_id)
        reason = checked(ReasonIn, request)["reason"]
        return Response(run_answer(decided(lambda: holding.decline(found.pk, by=person, reason=reason))))


class RollbackView(APIView):
    """Take it back."""

    @extend_schema(request=ReasonIn, responses=RUN)
    def post(self, request: Request, run_id: int) -> Response:
        """Have the source's newest applied run taken back; ask for it until its state is `rolled_back`."""
        person = required_person(request)
        run = shown.run(person, run_id)
        reason = checked(ReasonIn, request)["reason"]
        if why_not := may_be_rolled_back(run):
            raise CannotRollBack(reason=why_not, detail=sentence(why_not, "refused"))
        work.begin_rollback(run, by=person, reason=reason)
        return accepted(run)


class ConflictsView(APIView):
    """What is wrong with it, cause by cause."""

    @extend_schema(parameters=[ConflictsIn], responses=ConflictsOut)
    def get(self, request: Request, run_id: int) -> Response:
        """The causes with the most rows first, a page at a time; each with the first rows that it concerns."""
        run = shown.run(required_person(request), run_id)
        return Response(conflicts(run, **asked(ConflictsIn, request)))


class ReportView(APIView):
    """For whoever repairs the export."""

    @extend_schema(
        parameters=[
            OpenApiParameter("as", str, enum=list(FORMATS), description="json (default), csv, or page: HTML"),
            OpenApiParameter("language", str, enum=list(LANGUAGES), description="For links, which carry no header"),
        ],
        responses={
            (200, "application/json"): OpenApiTypes.OBJECT,
            (200, "text/csv"): OpenApiTypes.BINARY,
            (200, "text/html"): OpenApiTypes.STR,
        },
    )
    def get(self, request: Request, run_id: int) -> HttpResponse:
        """What is wrong with the package and what is unusual about it; ids only, never another cell."""
        run = shown.run(required_person(request), run_id)
        kind = request.query_params.get("as", "json")
        if kind not in FORMATS:
            raise BadInput(field="as")
        language = request.query_params.get("language", get_language() or "")
        if language not in LANGUAGES:
            raise BadInput(field="language")
        with override(language):
            return report(run, kind)
