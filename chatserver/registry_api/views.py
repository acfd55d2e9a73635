"""Sources and their packages over REST (docs/protocol.md). Who may is registry/sync/permission.py's: for everybody else
there is nothing here."""

from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatserver.registry_api import shown, work
from chatserver.registry_api.errors import CannotRollBack, NotWaiting, PackageTooLarge, SecondPersonWanted
from chatserver.registry_api.report import FORMATS, report
from chatserver.registry_api.serializers import (
    LARGEST_PACKAGE,
    MEGABYTE,
    PackageIn,
    ReasonIn,
    RunDetailOut,
    SourceOut,
    SourcesOut,
    run_detail,
    source_shape,
)
from chatserver.signin.people import required_person
from chatserver.signin.serializers import checked
from realtime.errors import BadInput
from registry.models import SyncRun
from registry.sync import holding
from registry.sync.codes import sentence
from registry.sync.rollback import may_be_rolled_back

# What surrounds the file in a form.
FORM = 64 << 10
RUN = {202: RunDetailOut}


class SourcesView(APIView):
    """What one looks after."""

    @extend_schema(operation_id="registry_sources_list", responses=SourcesOut)
    def get(self, request: Request) -> Response:
        """The sources that the signed-in person may feed, each with its last runs."""
        found = shown.sources(required_person(request))
        told = [source_shape(source, source.last_runs) for source in found]  # type: ignore[attr-defined]  # prefetched
        return Response({"sources": told, "largest_package": LARGEST_PACKAGE})


class SourceView(APIView):
    """One of them."""

    @extend_schema(responses=SourceOut)
    def get(self, request: Request, source_id: int) -> Response:
        """The source and its newest runs."""
        source = shown.source(required_person(request), source_id)
        return Response(source_shape(source, shown.runs_of(source)))


class PackagesView(APIView):
    """Sending a package."""

    parser_classes = [MultiPartParser]

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        """Packages go to disk as they come in, however small: nothing of them is held in memory."""
        request.upload_handlers = [TemporaryFileUploadHandler(request)]
        return super().initialize_request(request, *args, **kwargs)

    @extend_schema(
        request={"multipart/form-data": PackageIn},
        parameters=[
            OpenApiParameter("members", bool, description="1: also count the seats in rooms that would change")
        ],
        responses=RUN,
    )
    def post(self, request: Request, source_id: int) -> Response:
        """Take in a package and begin its dry run; ask for the run until its state is no longer `received`."""
        person = required_person(request)
        source = shown.source(person, source_id)
        _require_size(request)
        given = checked(PackageIn, request)
        run = holding.receive(source, given["package"].chunks(), by=person, rollover=given["rollover"])
        work.begin_look(run, with_members=request.query_params.get("members") == "1")
        return _accepted(run)


class RunView(APIView):
    """What became of a package."""

    @extend_schema(responses=RunDetailOut)
    def get(self, request: Request, run_id: int) -> Response:
        """The run: how far it is, what it would change or changed, and what may be ordered now."""
        return Response(_detail(shown.run(required_person(request), run_id)))


class ApplyView(APIView):
    """Nothing unusual: apply it."""

    @extend_schema(request=None, responses=RUN)
    def post(self, request: Request, run_id: int) -> Response:
        """Have a dry run applied as it was shown. It is held where there is something unusual in it."""
        person = required_person(request)
        run = _decided(lambda: holding.apply(shown.run(person, run_id).pk, by=person))
        return _carried_out(run)


class ConfirmView(APIView):
    """Something unusual: apply it nevertheless."""

    @extend_schema(request=ReasonIn, responses=RUN)
    def post(self, request: Request, run_id: int) -> Response:
        """Confirm a held run. A state's waits for a second person; a run that is outdated shows what it would change now."""
        person = required_person(request)
        found = shown.run(person, run_id)
        reason = checked(ReasonIn, request)["reason"]
        return _carried_out(_decided(lambda: holding.confirm(found.pk, by=person, reason=reason)))


class DeclineView(APIView):
    """Apply nothing of it."""

    @extend_schema(request=ReasonIn, responses=RunDetailOut)
    def post(self, request: Request, run_id: int) -> Response:
        """Decline a dry run or a held run."""
        person = required_person(request)
        found = shown.run(person, run_id)
        reason = checked(ReasonIn, request)["reason"]
        return Response(_detail(_decided(lambda: holding.decline(found.pk, by=person, reason=reason))))


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
        return _accepted(run)


class ReportView(APIView):
    """For whoever repairs the export."""

    @extend_schema(
        parameters=[OpenApiParameter("as", str, enum=list(FORMATS), description="json (default), csv, or page: HTML")],
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
        return report(run, kind)


def _decided(decide: Any) -> SyncRun:
    try:
        run: SyncRun = decide()
    except holding.Undecidable as undecidable:
        raise (SecondPersonWanted if undecidable.code == "second_person_wanted" else NotWaiting)() from None
    return run


def _carried_out(run: SyncRun) -> Response:
    if run.state == SyncRun.State.RECEIVED:
        work.begin_carrying_out(run)
    return _accepted(run)


def _accepted(run: SyncRun) -> Response:
    return Response(_detail(run), status=status.HTTP_202_ACCEPTED)


def _detail(run: SyncRun) -> dict[str, Any]:
    return run_detail(run, may=shown.orders(run))


def _require_size(request: Request) -> None:
    """Told before a byte of the form is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST_PACKAGE + FORM:
        raise PackageTooLarge(megabytes=LARGEST_PACKAGE // MEGABYTE)
