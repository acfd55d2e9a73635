"""The bytes of a file as an answer. Whoever calls has asked a policy: every time, also for what a browser has already."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response

from realtime.errors import NotFound
from rooms.files import ranges, store
from rooms.files.examining.kinds import DOCUMENTS, PDF, PICTURES
from rooms.files.meanwhile import lend_database
from rooms.files.names import disposition
from rooms.files.ranges import Part
from rooms.files.store import Found

log = logging.getLogger(__name__)

_AT_ONCE = 128 << 10
_LOCKED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# The readers of PDF that browsers bring are pages themselves: in a sandbox Safari shows an empty one, and without its own
# style Chromium's is a stripe. A script runs in neither, and of anything else than PDF nosniff makes nothing.
_POLICIES = {PDF: f"{_LOCKED}; style-src 'unsafe-inline'; object-src 'self'"}
_POLICY = f"sandbox; {_LOCKED}"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that may be given: under which digest, as what, how it is called, and what the log calls it."""

    digest: str
    media_type: str
    name: str
    named: str
    # Whether the door looks at cookies; one that does must not be answered from what another's cookies brought.
    by_cookie: bool = True
    # Whether browsers may show it, or only save it.
    saved: bool = False


def answer(request: HttpRequest, kept: Kept, *, small: bool) -> HttpResponseBase:
    """The file, a part of it, or that what the browser has is still right; `small` of pictures where there is a small
    one."""
    found = store.find(kept.digest, small=small and kept.media_type in PICTURES)
    if found is None:
        # Its row is there: a machine does not share the folder, or a backup came back without it.
        log.error("file of %s is missing", kept.named)
        raise NotFound
    etag = f'"{found.name}"'
    response = _response(request, found, etag, _headers(kept, etag))
    # The body may take minutes: meanwhile others have the database.
    lend_database()
    # It asks nothing of a response that a streaming one has not.
    return get_conditional_response(request, etag=etag, response=cast("HttpResponse", response)) or response


def _headers(kept: Kept, etag: str) -> dict[str, str]:
    return {
        "Content-Type": kept.media_type,
        "Content-Disposition": disposition(kept.name, saved=kept.saved or kept.media_type in DOCUMENTS),
        "Content-Security-Policy": _POLICIES.get(kept.media_type, _POLICY),
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
        "ETag": etag,
        # Kept by the browser, and asked about before it is shown again: a right that ended ends this, too.
        "Cache-Control": "private, no-cache",
        "Vary": "Cookie" if kept.by_cookie else "Authorization",
    }


def _response(request: HttpRequest, found: Found, etag: str, headers: dict[str, str]) -> HttpResponseBase:
    try:
        part = ranges.asked_for(_range(request, etag), found.size)
    except ranges.UnsatisfiableError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{found.size}"})
    wanted = part or Part(0, found.size, found.size)
    headers["Content-Length"] = str(wanted.length)
    if part:
        headers["Content-Range"] = part.content_range
    status = 206 if part else 200
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    if wanted.length <= _AT_ONCE:
        return HttpResponse(store.read(found, wanted.start, wanted.length), status=status, headers=headers)
    return StreamingHttpResponse(_pieces(found, wanted), status=status, headers=headers)


def _range(request: HttpRequest, etag: str) -> str:
    """The Range that counts: of a file that changed since, the whole is sent (13.1.5)."""
    condition = request.headers.get("If-Range", etag)
    return request.headers.get("Range", "") if request.method == "GET" and condition == etag else ""


async def _pieces(found: Found, part: Part) -> AsyncIterator[bytes]:
    for start in range(part.start, part.end, _AT_ONCE):
        yield await asyncio.to_thread(store.read, found, start, min(_AT_ONCE, part.end - start))
