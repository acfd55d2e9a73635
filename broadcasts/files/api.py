"""Files over REST (docs/protocol.md 4)."""

from pathlib import Path
from typing import Any, cast

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import QueryDict
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from broadcasts import shapes
from broadcasts.describing import answer
from broadcasts.files import policy, uploading
from broadcasts.files.limits import FORM, LARGEST_FILE
from broadcasts.files.shape import file
from realtime.errors import BadInput, NotSignedIn
from registry.models import Person
from registry.people import person_of
from rooms.files import serving
from rooms.files.errors import FileTooLarge
from rooms.files.limits import MEGABYTE, SMALL

_FORM = {"multipart/form-data": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}}
_WIDTH = OpenApiParameter("width", int, enum=[SMALL], description="Of pictures: at most so many points long")
_BYTES = {(200, kind): OpenApiTypes.BINARY for kind in ("application/pdf", "image/jpeg", "image/png")}


class FilesView(APIView):
    """Uploading."""

    parser_classes = [MultiPartParser]

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        """Files go to disk as they come in, however small: whoever examines them opens a path."""
        request.upload_handlers = [TemporaryFileUploadHandler(request)]
        return super().initialize_request(request, *args, **kwargs)

    @extend_schema(request=_FORM, responses={201: answer(shapes.File)})
    def post(self, request: Request) -> Response:
        """Take in a PDF or a picture for a notice that is being written. It is examined; a picture is drawn anew."""
        person = _asking(request)
        policy.require_sender(person)
        sent = _sent(request)
        kept = uploading.take_in(person, Path(sent.temporary_file_path()), sent.name or "")
        return Response(file(kept), status=status.HTTP_201_CREATED)


class FileView(APIView):
    """One file."""

    @extend_schema(parameters=[_WIDTH], responses=_BYTES)
    def get(self, request: Request, file_id: int) -> HttpResponseBase:
        """Its bytes, for whoever may see what it belongs to. Answers Range, If-Range and If-None-Match."""
        width = request.query_params.get("width", "")
        if width not in {"", str(SMALL)}:
            raise BadInput(field="width")
        found = policy.openable(_asking(request), file_id)
        return serving.answer(request._request, uploading.kept(found), small=bool(width))


def _sent(request: Request) -> TemporaryUploadedFile:
    """The one file of the form. Its size is told before a byte of it is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST_FILE + FORM:
        raise FileTooLarge(megabytes=LARGEST_FILE // MEGABYTE)
    form = cast("QueryDict", request.data)
    sent = form.getlist("file")
    if set(form) != {"file"} or len(sent) != 1 or not isinstance(sent[0], TemporaryUploadedFile):
        raise BadInput(field="file")
    if not 0 < (sent[0].size or 0) <= LARGEST_FILE:
        raise FileTooLarge(megabytes=LARGEST_FILE // MEGABYTE) if sent[0].size else BadInput(field="file")
    return sent[0]


def _asking(request: Request) -> Person:
    person = person_of(request)
    if person is None:
        raise NotSignedIn
    return person
