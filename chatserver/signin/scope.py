"""Sign-in of a socket: the session cookie becomes a person, a session hash and a language in the scope."""

import logging
from collections.abc import Awaitable, Callable, Collection
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Exists, OuterRef
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from chatserver.signin.session_store import SessionStore
from realtime.sessions import session_watch
from realtime.together import Together
from registry.lists import as_text_parameter, rows_of_texts
from registry.models import Account, Person
from registry.selectors import live_people
from registry.sessions import hash_of

log = logging.getLogger(__name__)
Scope = dict[str, Any]
Asgi = Callable[[Scope, Any, Any], Awaitable[None]]


class SocketSignIn:
    """Puts `person` (None when nobody is signed in), `session_hash` and `language` into a socket's scope."""

    def __init__(self, inner: Asgi) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Two queries in a database thread, shared by all sockets that come in meanwhile; one without the cookie costs
        none. A database that does not answer is told as one, by whoever serves the socket: nobody is signed out by it."""
        key = _session_key(scope)
        signed: Scope = {
            "person": None,
            "session_hash": hash_of(key) if key else "",
            "language": settings.LANGUAGE_CODE,
        }
        if key:
            try:
                signed["person"], signed["language"] = await _signing_in.ask(key)
            except (OperationalError, InterfaceError) as error:
                log.warning("nobody can be signed in, database unavailable: %s", type(error).__name__)
                signed["is_unavailable"] = True
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


def _behind(session_keys: list[str]) -> list[tuple[Person | None, str] | Exception]:
    """Whose sessions these are, and their languages; two queries, however many."""
    hashes = [hash_of(key) for key in session_keys]
    alive = Session.objects.filter(session_key__in=hashes, expire_date__gt=timezone.now())
    store = SessionStore()
    sessions = {row: store.decode(data) for row, data in alive.values_list("session_key", "session_data")}
    account_ids = {session[SESSION_KEY] for session in sessions.values() if SESSION_KEY in session}
    listed = Account.objects.filter(pk__in=account_ids, is_active=True, person__in=live_people())
    accounts = {str(account.pk): account for account in listed.select_related("person")} if account_ids else {}
    found: list[tuple[Person | None, str] | Exception] = []
    for name in hashes:
        session = sessions.get(name, {})
        account = accounts.get(session.get(SESSION_KEY, ""))
        if account is None or not _password_unchanged(session, account):
            found.append((None, settings.LANGUAGE_CODE))
        else:
            found.append((account.person, account.language))
    return found


_signing_in = Together(_behind, at_once=200)


def _password_unchanged(session: dict[str, Any], account: Account) -> bool:
    """A session begun with an older password is over, as it is for requests."""
    return constant_time_compare(session.get(HASH_SESSION_KEY, ""), account.get_session_auth_hash())


@session_watch
def ended_sessions(hashes: Collection[str]) -> set[str]:
    """Of these, the sessions that are gone or have run out, and those whose person the registry no longer lists.
    Two queries, however many sockets, whose answers name only the few that have ended."""
    given = as_text_parameter(hashes)
    with connection.cursor() as cursor:
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        cursor.execute(
            f"SELECT t.text FROM {rows_of_texts()} WHERE NOT EXISTS"  # noqa: S608  constants
            " (SELECT 1 FROM django_session s WHERE s.session_key = t.text AND s.expire_date > %s)",
            [given, now],
        )
        gone = {row[0] for row in cursor.fetchall()}
    open_sessions = Session.objects.filter(
        session_key__in=RawSQL(f"SELECT t.text FROM {rows_of_texts()}", [given])  # noqa: S608, S611  constants
    )
    listed = Account.objects.filter(
        is_active=True, person__in=live_people(), devices__session_hash=OuterRef("session_key")
    )
    return gone | set(open_sessions.exclude(Exists(listed)).values_list("session_key", flat=True))
