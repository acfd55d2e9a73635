"""An opaque mark of the browser: the same for whoever signs in with it, so that one person in front of it is not two."""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

# As long as browsers keep any cookie (RFC 6265bis: 400 days); every sign-in begins it anew.
LIFE = 400 * 24 * 3600
_NEW = "new_browser_mark"


def mark_of(request: HttpRequest) -> str:
    """What stands for this browser in its sessions: no cookie can be made from it. The browser keeps its mark, or is given
    one with the answer."""
    mark = getattr(request, _NEW, "") or request.COOKIES.get(settings.BROWSER_COOKIE_NAME, "")
    # 43 characters are 256 bits; anything else was written by somebody's hand.
    if len(mark) != 43:
        mark = secrets.token_urlsafe(32)
    setattr(request, _NEW, mark)
    return salted_hmac("chatserver.signin.browser", mark, algorithm="sha256").hexdigest()


class BrowserMarkMiddleware:
    """Gives the browser the mark that it signed in under. Signing out leaves it: the next to sign in sits at the same."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        mark = getattr(request, _NEW, "")
        if mark:
            response.set_cookie(
                settings.BROWSER_COOKIE_NAME,
                mark,
                max_age=LIFE,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response
