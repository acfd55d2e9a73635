"""How sure the server is of who is asking: facts of the session, for policies that want more than a signed-in person."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.request import Request

# The session's own fields, written where people sign in and confirm who they are (chatserver/signin).
SECOND_FACTOR = "second_factor"
CONFIRMED_AT = "confirmed_at"
BROWSER = "browser"
FRESH_FOR = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assurance:
    """Whether this session was begun with a second factor (TOTP, RFC 6238, or a passkey, WebAuthn), when one was last
    given in it, and an opaque mark of the browser, the same for whoever signs in with it."""

    has_second_factor: bool = False
    confirmed_at: dt.datetime | None = None
    browser: str = ""

    @property
    def is_fresh(self) -> bool:
        """Whether the second factor was given within the last five minutes."""
        return self.confirmed_at is not None and timezone.now() - self.confirmed_at < FRESH_FOR


def assurance_of(request: HttpRequest | Request) -> Assurance:
    """What the session of this request says; nothing is assured where it says nothing."""
    session = request.session
    at = session.get(CONFIRMED_AT)
    return Assurance(
        has_second_factor=bool(session.get(SECOND_FACTOR)),
        confirmed_at=dt.datetime.fromisoformat(at) if at else None,
        browser=session.get(BROWSER, ""),
    )
