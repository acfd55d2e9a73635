"""Sign-in of a socket: the session cookie becomes a person, a session hash and a language in the scope."""

from collections.abc import Awaitable, Callable, Collection
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from chatserver.signin.session_store import SessionStore
from realtime.database import in_database
from realtime.sessions import session_watch
from registry.models import Account, Person
from registry.selectors import live_people
from registry.sessions import hash_of

Scope = dict[str, Any]
Asgi = Callable[[Scope, Any, Any], Awaitable[None]]


class SocketSignIn:
    """Puts `person` (None when nobody is signed in), `session_hash` and `language` into a socket's scope."""

    def __init__(self, inner: Asgi) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Two queries a socket, in a database thread; a socket without the cookie costs none."""
        key = _session_key(scope)
        person, language = await in_database(_behind, key) if key else (None, settings.LANGUAGE_CODE)
        signed = {"person": person, "session_hash": hash_of(key) if key else "", "language": language}
        await self.inner({**scope, **signed}, receive, send)


def _session_key(scope: Scope) -> str:
    cookies: SimpleCookie = SimpleCookie()
    for name, value in scope.get("headers", []):
        if name == b"cookie":
            try:
                cookies.load(value.decode("latin-1"))
            except CookieError:
                return ""
    found = cookies.get(settings.SESSION_COOKIE_NAME)
    return found.value if found else ""


def _behind(session_key: str) -> tuple[Person | None, str]:
    session = SessionStore(session_key)
    account_id = session.get(SESSION_KEY)
    if account_id is None:
        return None, settings.LANGUAGE_CODE
    listed = Account.objects.filter(pk=account_id, is_active=True, person__in=live_people())
    account = listed.select_related("person").first()
    if account is None or not _password_unchanged(session, account):
        return None, settings.LANGUAGE_CODE
    return account.person, account.language


def _password_unchanged(session: SessionStore, account: Account) -> bool:
    """A session begun with an older password is over, as it is for requests."""
    return constant_time_compare(session.get(HASH_SESSION_KEY, ""), account.get_session_auth_hash())


@session_watch
def ended_sessions(hashes: Collection[str]) -> set[str]:
    """Of these, the sessions that are gone or have run out, and those whose person the registry no longer lists.
    Two queries, however many sockets."""
    alive = Session.objects.filter(session_key__in=hashes, expire_date__gt=timezone.now())
    listed = Account.objects.filter(is_active=True, person__in=live_people(), devices__session_hash__in=hashes)
    open_sessions = set(alive.values_list("session_key", flat=True))
    return set(hashes) - (open_sessions & set(listed.values_list("devices__session_hash", flat=True)))
