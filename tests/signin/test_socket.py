"""Who may open the socket: the origin first, then the session."""

import logging
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from websockets.exceptions import InvalidStatus

from chatserver.origins import NamedOrigins
from chatserver.signin.scope import _behind, ended_sessions
from registry.models import Account
from registry.sessions import hash_of
from tests.cast import Cast
from tests.wire import serving, session_for

# Reliability page, F33: what browsers, scripts and attackers send, against an https installation.
HERE = "https://chat.example.org"
MATRIX = [
    ("https://chat.example.org", True),
    (None, False),
    ("null", False),
    ("", False),
    ("http://chat.example.org", False),
    ("https://chat.example.org:8443", False),
    ("https://evil.example", False),
    ("https://chat.example.org.evil.example", False),
    ("https://evil.chat.example.org", False),
    ("https://chat.example.org@evil.example", False),
    ("https://evilchat.example.org", False),
    ("https://chat.example.org/", False),
    ("http://[::1", False),
    ("file://", False),
]


@pytest.mark.parametrize(("origin", "is_let_in"), MATRIX)
def test_only_the_named_origin_reaches_the_server(
    origin: str | None, is_let_in: bool, caplog: pytest.LogCaptureFixture
) -> None:
    assert len(MATRIX) == 14
    with caplog.at_level(logging.WARNING, "chatserver.origins"):
        assert async_to_sync(connects)([("origin", origin)] if origin is not None else []) is is_let_in
    assert ("socket refused" in caplog.text) is not is_let_in


def test_two_origins_are_none() -> None:
    assert not async_to_sync(connects)([("origin", HERE), ("origin", HERE)])


async def connects(headers: list[tuple[str, str]]) -> bool:
    """Whether a handshake with these headers gets through."""

    async def inner(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})

    encoded = [(name.encode(), value.encode()) for name, value in headers]
    socket = WebsocketCommunicator(NamedOrigins(inner, [HERE]), "/ws", headers=encoded)
    accepted, _code = await socket.connect()
    return bool(accepted)


def test_the_real_server_answers_403_before_the_handshake(committed_cast: Cast) -> None:
    session = session_for(committed_cast, committed_cast.lan)
    with serving() as server:
        for options in ({"origin": "http://evil.example"}, {"origin": None}):
            with pytest.raises(InvalidStatus) as refused:
                server.socket(session, **options)
            assert refused.value.response.status_code == 403
        assert "origin [b'http://evil.example']" in server.said()
        assert session not in server.said()
        with server.socket(session) as socket:
            assert socket.hello["person"] == committed_cast.lan.pk


def test_signing_in_costs_two_queries_for_all_who_wait(cast: Cast) -> None:
    session = session_for(cast, cast.lan, language="en")
    others = [session_for(cast, cast.minh), session_for(cast, cast.hoa)]

    with CaptureQueriesContext(connection) as queries:
        found = _behind([session, *others, "nobody's"])

    assert found == [(cast.lan, "en"), (cast.minh, "vi"), (cast.hoa, "vi"), (None, "vi")]
    assert len(queries) == 2


def test_what_is_no_session_is_nobody(cast: Cast) -> None:
    session = session_for(cast, cast.lan)
    for other in ("", "x" * 32, hash_of(session), session.upper(), "../../etc/passwd", "\x00" * 32):
        assert _behind([other]) == [(None, "vi")]


@pytest.mark.parametrize("how", ["ended", "expired", "left", "closed", "new password"])
def test_a_session_that_is_over_is_nobody_and_is_reported_as_ended(cast: Cast, how: str) -> None:
    session, other = session_for(cast, cast.lan), session_for(cast, cast.minh)
    hashes = [hash_of(session), hash_of(other)]
    assert ended_sessions(hashes) == set()
    account = Account.objects.get(person=cast.lan)
    match how:
        case "ended":
            Session.objects.filter(session_key=hash_of(session)).delete()
        case "expired":
            Session.objects.filter(session_key=hash_of(session)).update(expire_date=timezone.now())
        case "left":
            cast.lan.roles.all().delete()
        case "closed":
            Account.objects.filter(pk=account.pk).update(is_active=False)
        case "new password":
            account.set_password("mot-mat-khau-moi")
            account.save()

    assert _behind([session]) == [(None, "vi")]
    if how != "new password":  # whoever changes it ends the other devices themselves
        assert ended_sessions(hashes) == {hash_of(session)}


def test_the_watch_costs_two_queries_for_any_number(cast: Cast) -> None:
    sessions = [hash_of(session_for(cast, person)) for person in (cast.lan, cast.minh, cast.hoa, cast.van)]

    with CaptureQueriesContext(connection) as queries:
        assert ended_sessions(sessions) == set()

    assert len(queries) == 2


def test_the_cookies_name_is_the_settings() -> None:
    assert settings.SESSION_COOKIE_NAME == "sid"
