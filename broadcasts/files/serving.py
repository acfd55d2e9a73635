"""The bytes of a file as an answer. Whoever calls has asked policy.py: every time, also for what a browser has already."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response

from broadcasts.files import ranges, store
from broadcasts.files.examining.kinds import PDF, PICTURES
from broadcasts.files.meanwhile import lend_database
from broadcasts.files.names import disposition
from broadcasts.files.ranges import Part
from broadcasts.models import Attachment
from realtime.errors import NotFound

log = logging.getLogger(__name__)

_AT_ONCE = 128 << 10
_LOCKED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# The readers of PDF that browsers bring are pages themselves: in a sandbox Safari shows an empty one, and without its own
# style Chromium's is a stripe. A script runs in neither, and of anything else than PDF nosniff makes nothing.
_POLICIES = {PDF: f"{_LOCKED}; style-src 'unsafe-inline'; object-src 'self'"}
_POLICY = f"sandbox; {_LOCKED}"


def answer(request: HttpRequest, attachment: Attachment, *, small: bool) -> HttpResponseBase:
    """The file, a part of it, or that what the browser has is still right; `small` of pictures where there is a small
    one."""
    path = store.path_of(attachment.sha256, small=small and attachment.media_type in PICTURES)
    if small and not path.exists():
        path = store.path_of(attachment.sha256)
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        # Its row is there: a machine does not share the folder, or a backup came back without it.
        log.error("file of attachment %s is missing", attachment.pk)  # noqa: TRY400  which, not where in the code
        raise NotFound from error
    etag = f'"{path.name}"'
    response = _response(request, path, size, etag, _headers(attachment, etag))
    # The body may take minutes: meanwhile others have the database.
    lend_database()
    # It asks nothing of a response that a streaming one has not.
    return get_conditional_response(request, etag=etag, response=cast("HttpResponse", response)) or response


def _headers(attachment: Attachment, etag: str) -> dict[str, str]:
    return {
        "Content-Type": attachment.media_type,
        "Content-Disposition": disposition(attachment.name),
        "Content-Security-Policy": _POLICIES.get(attachment.media_type, _POLICY),
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
        "ETag": etag,
        # Kept by the browser, and asked about before it is shown again: a right that ended ends this, too.
        "Cache-Control": "private, no-cache",
        "Vary": "Cookie",
    }


def _response(request: HttpRequest, path: Path, size: int, etag: str, headers: dict[str, str]) -> HttpResponseBase:
    try:
        part = ranges.asked_for(_range(request, etag), size)
    except ranges.UnsatisfiableError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    wanted = part or Part(0, size, size)
    headers["Content-Length"] = str(wanted.length)
    if part:
        headers["Content-Range"] = part.content_range
    status = 206 if part else 200
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    if wanted.length <= _AT_ONCE:
        return HttpResponse(_read(path, wanted.start, wanted.length), status=status, headers=headers)
    return StreamingHttpResponse(_pieces(path, wanted), status=status, headers=headers)


def _range(request: HttpRequest, etag: str) -> str:
    """The Range that counts: of a file that changed since, the whole is sent (13.1.5)."""
    condition = request.headers.get("If-Range", etag)
    return request.headers.get("Range", "") if request.method == "GET" and condition == etag else ""


async def _pieces(path: Path, part: Part) -> AsyncIterator[bytes]:
    for start in range(part.start, part.end, _AT_ONCE):
        yield await asyncio.to_thread(_read, path, start, min(_AT_ONCE, part.end - start))


def _read(path: Path, start: int, length: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(length)
