"""Files of messages over REST (docs/protocol.md 3.4): uploading by tus 1.0, the pass, and an address that needs no cookie."""

import base64
import binascii
import uuid
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.http import http_date
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import permissions
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from realtime.errors import BadInput, NotSignedIn
from registry.models import Account
from registry.sessions import hash_of
from rooms.api import who
from rooms.files import limits, passes, policy, serving, uploading
from rooms.files.errors import FileTooLarge, OtherTusVersion
from rooms.files.schema import KEPT, PassOut, UploadedOut
from rooms.files.serving import Kept
from rooms.files.shape import file_json
from rooms.models import Upload
from rooms.serializers import moment

TUS = "1.0.0"
_PIECES = "application/offset+octet-stream"
_SMALL = OpenApiParameter("v", str, enum=["small"], description="Of pictures: at most 640 points long")
# 15 digits are more bytes than any disk has.
_DIGITS = 15


class _Bytes(BaseParser):
    """A piece of a file, as it came."""

    media_type = _PIECES

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """At most a megabyte."""
        request = (parser_context or {})["request"]._request
        if _number(request, "Content-Length") > limits.LARGEST_PIECE:
            raise FileTooLarge(megabytes=limits.LARGEST_PIECE // limits.MEGABYTE)
        return request.body


class _Tus(APIView):
    """What every answer of this protocol says of itself."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Another version is another protocol."""
        super().initial(request, *args, **kwargs)
        spoken = request.method in {"POST", "HEAD", "PATCH", "DELETE"}
        if spoken and request.headers.get("Tus-Resumable") != TUS:
            raise OtherTusVersion

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Also where it refuses."""
        told = super().finalize_response(request, response, *args, **kwargs)
        told.headers["Tus-Resumable"] = TUS
        told.headers["Tus-Version"] = TUS
        return told


class UploadsView(_Tus):
    """Where uploads begin."""

    @extend_schema(exclude=True)
    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """What this server understands."""
        headers = {"Tus-Extension": "creation,expiration,termination", "Tus-Max-Size": str(limits.LARGEST_FILE)}
        return Response(status=204, headers=headers)

    @extend_schema(request=None, responses={201: None})
    def post(self, request: Request) -> Response:
        """Begin one: Upload-Length and Upload-Metadata (filename, voice) in the head; nothing in the body."""
        told = _metadata(request.headers.get("Upload-Metadata", ""))
        length = _number(request, "Upload-Length")
        made = uploading.begin(
            who(request),
            name=told.get("filename", ""),
            length=length,
            is_voice="voice" in told,
            type_told=told.get("filetype", ""),
        )
        return Response(status=201, headers=_headers(made) | {"Location": f"/api/uploads/{made.pk}"})


class UploadView(_Tus):
    """One upload of one's own."""

    parser_classes = [_Bytes]

    @extend_schema(exclude=True)
    def head(self, request: Request, upload: uuid.UUID) -> Response:
        """How much of it is here."""
        found = uploading.find(who(request), upload)
        named = {"Upload-File": str(found.file.pk)} if found.file else {}
        return Response(
            headers=_headers(found) | {"Upload-Length": str(found.length), "Cache-Control": "no-store"} | named
        )

    @extend_schema(request={_PIECES: OpenApiTypes.BINARY}, responses={200: UploadedOut, 204: None})
    def patch(self, request: Request, upload: uuid.UUID) -> Response:
        """The next piece; the last one is answered when the file has been examined."""
        offset = _number(request, "Upload-Offset")
        # Without a body there is nothing to be parsed, and an empty form instead.
        data: Any = request.data
        found = uploading.append(who(request), upload, offset=offset, data=data or b"")
        if found.file is None:
            return Response(status=204, headers=_headers(found))
        return Response({"id": found.file.pk, "file": file_json(found.file)}, headers=_headers(found))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, upload: uuid.UUID) -> Response:
        """Give it up."""
        uploading.give_up(who(request), upload)
        return Response(status=204)


class PassView(APIView):
    """What opens files without a cookie."""

    @extend_schema(request=None, responses=PassOut)
    def post(self, request: Request) -> Response:
        """A pass for an hour, and for no longer than this session."""
        account = request.user
        if not isinstance(account, Account):
            raise NotSignedIn
        told, until = passes.issue(account, hash_of(request._request.session.session_key or ""))
        return Response({"pass": told, "expires_at": moment(until)})


class FileView(APIView):
    """A file, at an address of which cookies are not looked at."""

    authentication_classes = []
    permission_classes = [permissions.AllowAny]

    @extend_schema(parameters=[_SMALL], responses=KEPT, auth=[])
    def get(self, request: Request, file_id: int) -> HttpResponseBase:
        """Its bytes, for whoever may read its message today."""
        person = passes.holder(request.headers.get("Authorization", ""))
        size = request.query_params.get("v", "")
        if size not in {"", "small"}:
            raise BadInput(field="v")
        found = policy.openable(person, file_id)
        kept = Kept(
            found.sha256,
            found.media_type,
            found.name,
            named=f"file {found.pk}",
            by_cookie=False,
            saved=found.media_type == "application/pdf",
        )
        return serving.answer(request._request, kept, small=bool(size))


def _headers(upload: Upload) -> dict[str, str]:
    until = (upload.created_at + uploading.LIFE).timestamp()
    return {"Upload-Offset": str(upload.offset), "Upload-Expires": http_date(until)}


def _number(request: Any, name: str) -> int:
    told = request.headers.get(name, "")
    if not (told.isascii() and told.isdigit() and len(told) <= _DIGITS):
        raise BadInput(field=name)
    return int(told)


def _metadata(header: str) -> dict[str, str]:
    """Upload-Metadata of tus: names, each with its value in base64."""
    found = {}
    try:
        for one in filter(None, header.split(",")):
            name, _space, value = one.strip().partition(" ")
            found[name] = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise BadInput(field="Upload-Metadata") from error
    return found
