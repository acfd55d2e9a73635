"""The public page of a notice (/kt/CODE): no sign-in, no app, no script, and nothing about anybody but who issued it."""

import base64
import hashlib
import io
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import segno
from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from broadcasts.verifying import codes, limits
from broadcasts.verifying.comparing import compare
from broadcasts.verifying.finding import Found, found
from broadcasts.verifying.sharing import address_of, reference_of
from broadcasts.verifying.standing import Status

STYLE = (Path(__file__).parent.parent / "templates/verifying/page.css").read_text()
_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# A recalled notice shows as recalled within a minute, whatever stands in between.
FRESH_FOR = 30
LONGEST = 40_000
CODE, PASTED, LANGUAGE = "ma", "chu", "tieng"
View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Limited by address, in the language that was asked for, and with what keeps it out of indexes and frames."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.GET.get(LANGUAGE, "")
        with translation.override(wanted if wanted in dict(settings.LANGUAGES) else translation.get_language()):
            response = too_many() if limits.is_over("guess", get_ip(request)) else view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", f"public, max-age={FRESH_FOR}")
        response.headers["Vary"] = "Accept-Language"
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return guarded


@require_safe
@public
def enter(request: HttpRequest) -> HttpResponse:
    """Where a code is typed."""
    if typed := request.GET.get(CODE, ""):
        code = codes.read(typed)
        return HttpResponseRedirect(f"/kt/{code}") if code else unknown(request)
    return drawn("enter")


# It changes nothing and asks for no cookie: whoever makes somebody else compare a text has gained nothing.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public
def page(request: HttpRequest, code: str) -> HttpResponse:
    """What there is to know about the notice, and with a text: whether that is it."""
    one = found(code)
    if one is None:
        return unknown(request)
    if request.method != "POST":
        return drawn("notice", **facts(one))
    address = get_ip(request)
    if limits.is_over("compare", address):
        return too_many()
    limits.count("compare", address)
    response = drawn("notice", **facts(one), **_compared(one, request.POST.get(PASTED, "")))
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
def qr(_request: HttpRequest, code: str) -> HttpResponse:
    """The QR of a page as a picture, black on white also in dark mode. Of any good code: it says nothing about a notice."""
    plain = codes.read(code)
    if plain is None:
        return HttpResponse(status=404)
    drawing = io.BytesIO()
    segno.make(address_of(plain), error="m").save(drawing, kind="svg", scale=4, border=4, light="#fff", nl=False)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return HttpResponse(drawing.getvalue(), content_type="image/svg+xml", headers=headers)


def unknown(request: HttpRequest) -> HttpResponse:
    """No notice has this code; the same for a code that none can have."""
    limits.count("guess", get_ip(request))
    response = drawn("unknown", answered=404)
    response.headers["Cache-Control"] = "no-store"
    return response


def too_many() -> HttpResponse:
    """Come back in a quarter of an hour."""
    response = drawn("too_many", answered=429)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Retry-After"] = str(limits.SECONDS)
    return response


def facts(one: Found) -> dict[str, Any]:
    """What the page says of a notice."""
    broadcast = one.broadcast
    return {
        "notice": broadcast,
        "reference": reference_of(broadcast),
        "code": codes.grouped(broadcast.code or ""),
        "is_public": one.is_public,
        "status": one.standing.status.value,
        "is_in_force": one.standing.status is Status.IN_FORCE,
        "since": one.standing.since,
        "newer_code": one.standing.newer_code,
        "qr": segno.make(address_of(broadcast.code or ""), error="m").svg_inline(border=2, light="#fff", omitsize=True),
    }


def drawn(shows: str, *, answered: int = 200, **content: Any) -> HttpResponse:
    """The page with this in it."""
    language = translation.get_language()
    told = content | {
        "shows": shows,
        "style": STYLE,
        "language": language,
        "other": "vi" if language == "en" else "en",
        "now": timezone.now(),
    }
    return HttpResponse(render_to_string("verifying/page.html", told), status=answered)


def _compared(one: Found, pasted: str) -> dict[str, Any]:
    """Nothing is compared with a text that is not for everybody; of one that was recalled no word is shown again."""
    if not (one.is_public and pasted.strip()):
        return {}
    compared = compare(one.broadcast, pasted[:LONGEST])
    return {"pasted": pasted[:LONGEST], "compared": compared, "shows_original": one.standing.status != Status.RECALLED}
