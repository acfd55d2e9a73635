"""Packages and spreadsheets as they come in, and what somebody says about a spreadsheet."""

from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatserver.registry_api import shown, work
from chatserver.registry_api.answers import RUN, accepted, decided
from chatserver.registry_api.errors import PackageTooLarge
from chatserver.registry_api.lists import ListIn, MappingIn, MappingOut, mapping_shape
from chatserver.registry_api.serializers import LARGEST_LIST, LARGEST_PACKAGE, MEGABYTE, PackageIn
from chatserver.signin.people import required_person
from chatserver.signin.serializers import checked
from realtime.errors import NotFound
from registry.models import Source
from registry.sync import holding
from registry.sync.sheet import sent
from registry.sync.sheet.rolling import Extent

# What surrounds the file in a form.
FORM = 64 << 10
MEMBERS = OpenApiParameter("members", bool, description="1: also count the seats in rooms that would change")


class _Upload(APIView):
    parser_classes = [MultiPartParser]

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        """Files go to disk as they come in, however small: nothing of them is held in memory."""
        request.upload_handlers = [TemporaryFileUploadHandler(request)]
        return super().initialize_request(request, *args, **kwargs)


class PackagesView(_Upload):
    """Sending a package."""

    @extend_schema(request={"multipart/form-data": PackageIn}, parameters=[MEMBERS], responses=RUN)
    def post(self, request: Request, source_id: int) -> Response:
        """Take in a package and begin its dry run; ask for the run until its state is no longer `received`."""
        person = required_person(request)
        source = shown.source(person, source_id)
        _require_size(request, LARGEST_PACKAGE)
        given = checked(PackageIn, request)
        run = holding.receive(source, given["package"].chunks(), by=person, rollover=given["rollover"])
        work.begin_look(run, with_members=_with_members(request))
        return accepted(run)


class ListsView(_Upload):
    """Sending a school's list."""

    @extend_schema(request={"multipart/form-data": ListIn}, parameters=[MEMBERS], responses=RUN)
    def post(self, request: Request, source_id: int) -> Response:
        """Take in a spreadsheet and begin its dry run, read as its headers are known; `mapping` says how."""
        person = required_person(request)
        source = shown.source(person, source_id)
        if source.kind != Source.Kind.SHEET:
            raise NotFound
        _require_size(request, LARGEST_LIST)
        given = checked(ListIn, request)
        file = given["list"]
        run = sent.receive(source, file.chunks(), file.name, by=person, rollover=given["rollover"])
        work.begin_look(run, with_members=_with_members(request))
        return accepted(run)


class MappingView(APIView):
    """What the columns of a list mean."""

    @extend_schema(responses=MappingOut)
    def get(self, request: Request, run_id: int) -> Response:
        """What every header was taken for, what is unclear, and the meanings there are."""
        run = shown.run(required_person(request), run_id)
        said = sent.said_of(run)
        if said is None:
            raise NotFound
        return Response(mapping_shape(run, said))

    @extend_schema(request=MappingIn, parameters=[MEMBERS], responses=RUN)
    def post(self, request: Request, run_id: int) -> Response:
        """Say what columns mean, whom the list is about and how much of the school: its dry run begins anew. What was
        said is remembered for the source's next lists once this one is applied."""
        person = required_person(request)
        found = shown.run(person, run_id)
        given = checked(MappingIn, request)
        run = decided(
            lambda: sent.explain(
                found.pk,
                by=person,
                mapping=given.get("columns") or {},
                kind=given.get("kind") or "",
                extent=given.get("extent") or Extent.ASK.value,
                school_year=given.get("school_year"),
            )
        )
        work.begin_look(run, with_members=_with_members(request))
        return accepted(run)


def _with_members(request: Request) -> bool:
    return bool(request.query_params.get("members") == "1")


def _require_size(request: Request, largest: int) -> None:
    """Told before a byte of the form is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > largest + FORM:
        raise PackageTooLarge(megabytes=largest // MEGABYTE)
