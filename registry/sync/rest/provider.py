"""A provider behind its token: signed in when needed, called no faster than allowed, tried again where that can help."""

import base64
import datetime as dt
import email.utils
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import quote_plus, urlencode

import msgspec
from django.utils import timezone

from registry.sync.errors import PackageRefused
from registry.sync.rest.calling import Call, Caller, CallFailed, Reply
from registry.sync.rest.limits import Limits

# OneRoster 1.2 REST binding, section on security: only what rostering needs, no birth dates, no marks.
_SCOPE = "https://purl.imsglobal.org/spec/or/v1p2/scope/"
SCOPES = f"{_SCOPE}roster-core.readonly {_SCOPE}roster.readonly"
_TOKEN_BYTES = 1 << 16
# A token is renewed before it ends, not when a page is refused for it.
_SHARE_OF_ITS_LIFE = 0.8
_USUAL_LIFE = 3600.0
_TOO_MANY = 429
_PASSING = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Access:
    """Where a provider is, and how we are known there."""

    endpoint: str
    token_endpoint: str
    client_id: str
    secret: str = field(repr=False)


class _Token(msgspec.Struct):
    access_token: str
    expires_in: float | None = None


class Provider:
    """`get` answers with a page's reply or refuses with a code. `sleep` is passed in by tests."""

    def __init__(
        self, access: Access, call: Caller, *, limits: Limits, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._access = access
        self._call = call
        self._limits = limits
        self._sleep = sleep
        self._ends_at = time.monotonic() + limits.seconds
        self._next_at = 0.0
        self._token = ""
        self._renew_at = 0.0

    def get(self, address: str) -> Reply:
        """The reply to a request for this address: 200, or 400 for a question that the provider does not know."""
        reply = self._authorised(address)
        if reply.status == 401:
            # Ended before its time, or taken back: a new one, once.
            self._token = ""
            reply = self._authorised(address)
        if reply.status not in {200, 400}:
            raise PackageRefused(_code_of(reply.status))
        return reply

    def _authorised(self, address: str) -> Reply:
        headers = {
            "Accept": "application/json",
            # What is packed could unpack to any size.
            "Accept-Encoding": "identity",
            "Authorization": f"Bearer {self._current_token()}",
        }
        return self._patiently(Call("GET", address, headers, self._limits.page_bytes, self._limits.page_seconds))

    def _current_token(self) -> str:
        if not self._token or time.monotonic() >= self._renew_at:
            self._sign_in()
        return self._token

    def _sign_in(self) -> None:
        """OAuth 2 client credentials (RFC 6749, 4.4), the client known by HTTP Basic (2.3.1)."""
        known = f"{quote_plus(self._access.client_id)}:{quote_plus(self._access.secret)}"
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Authorization": "Basic " + base64.b64encode(known.encode()).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = urlencode({"grant_type": "client_credentials", "scope": SCOPES}).encode()
        address = self._access.token_endpoint
        reply = self._patiently(Call("POST", address, headers, _TOKEN_BYTES, self._limits.page_seconds, body))
        if reply.status in {400, 401, 403}:
            raise PackageRefused("provider_denied", file="token")
        if reply.status != 200:
            raise PackageRefused(_code_of(reply.status), file="token")
        try:
            token = msgspec.json.decode(reply.body, type=_Token, strict=False)
        except (msgspec.DecodeError, RecursionError) as error:
            raise PackageRefused("provider_not_json", file="token") from error
        if not token.access_token.isascii() or not token.access_token.isprintable():
            raise PackageRefused("provider_not_json", file="token")
        self._token = token.access_token
        life = _USUAL_LIFE if token.expires_in is None else token.expires_in
        self._renew_at = time.monotonic() + _SHARE_OF_ITS_LIFE * life

    def _patiently(self, call: Call) -> Reply:
        for attempt in count(1):
            self._take_turn()
            try:
                reply = self._call(call)
            except CallFailed as failed:
                if not failed.is_passing or attempt >= self._limits.tries:
                    raise PackageRefused(failed.code) from failed
                self._wait(2.0**attempt)
                continue
            if reply.status not in _PASSING:
                return reply
            if attempt >= self._limits.tries:
                raise PackageRefused("provider_busy" if reply.status == _TOO_MANY else "provider_failing")
            self._wait(_asked_to_wait(reply) or 2.0**attempt)
        raise AssertionError("count() has no end")

    def _take_turn(self) -> None:
        now = time.monotonic()
        if now >= self._ends_at:
            raise PackageRefused("pull_too_long")
        if self._next_at > now:
            self._sleep(self._next_at - now)
        self._next_at = max(now, self._next_at) + 1 / self._limits.a_second

    def _wait(self, seconds: float) -> None:
        if seconds > self._limits.longest_wait:
            raise PackageRefused("provider_busy")
        if time.monotonic() + seconds >= self._ends_at:
            raise PackageRefused("pull_too_long")
        self._sleep(seconds)


def _asked_to_wait(reply: Reply) -> float | None:
    """Retry-After, in seconds or as a date (RFC 9110, 10.2.3)."""
    asked = reply.headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked)
    try:
        until = email.utils.parsedate_to_datetime(asked)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=dt.UTC)
    return max((until - timezone.now()).total_seconds(), 0.0)


def _code_of(status: int) -> str:
    if status in {401, 403}:
        return "provider_denied"
    if 300 <= status < 400:
        return "provider_redirects"
    return "provider_answers_otherwise"
