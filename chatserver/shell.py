"""The app's page: one built file for every address that the app itself understands."""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

NOT_BUILT = """<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Trống Trường</title><h1>Trống Trường</h1><p>{text}</p><pre>make run</pre></html>
"""


@require_safe
def shell(request: HttpRequest, path: str = "") -> HttpResponse:
    """The page; a path whose last part has a dot is a file that is not there, not an address of the app."""
    if "." in path.rpartition("/")[2]:
        return not_found(request)
    index = settings.FRONTEND_DIST / "index.html"
    if not index.is_file():
        return HttpResponse(
            NOT_BUILT.format(text=_("The app is not built yet. This builds it and starts the server:")), status=503
        )
    body, etag = _read(index, index.stat().st_mtime_ns)
    # no-cache: ask each time, so that nobody keeps a page whose scripts an update has taken away.
    headers = {"Cache-Control": "no-cache", "ETag": etag}
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(body, headers=headers)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing is here; in one line, for people and programs alike."""
    return HttpResponseNotFound(_("There is nothing at this address.") + "\n", content_type="text/plain; charset=utf-8")


@lru_cache(maxsize=2)
def _read(index: Path, modified: int) -> tuple[bytes, str]:
    body = index.read_bytes()
    return body, f'"{hashlib.sha256(body).hexdigest()[:20]}"'
