"""Sessions as sure of who sits there as a test wants, without a code typed: what chatserver/signin writes at the real doors
(tests/signin/test_assured.py compares the two)."""

import datetime as dt
from importlib import import_module

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.test import Client
from django.utils import timezone

from registry.assurance import BROWSER, CONFIRMED_AT, SECOND_FACTOR
from registry.models import Account


def assure(
    session: Client | str, *, minutes_ago: float = 0, browser: str = "a-browser", has_second_factor: bool = True
) -> None:
    """The signed-in test client, or the session with this key (tests.wire.session_for), has a second factor, given so
    many minutes ago in this browser."""
    store = session.session if isinstance(session, Client) else _store(session)
    store[SECOND_FACTOR] = has_second_factor
    store[CONFIRMED_AT] = (timezone.now() - dt.timedelta(minutes=minutes_ago)).isoformat()
    store[BROWSER] = browser
    store.save()


def enrol(account: Account) -> str:
    """Gives the account an authenticator app and recovery codes; the app's secret."""
    secret: str = generate_totp_secret()
    TOTP.activate(account, secret)
    RecoveryCodes.activate(account)
    return secret


def secret_of(account: Account) -> str:
    """The secret of the account's authenticator app."""
    return str(decrypt(Authenticator.objects.get(user=account, type=Authenticator.Type.TOTP).data["secret"]))


def code_of(secret: str, *, steps: int = 0) -> str:
    """What the app shows now, or so many half minutes later."""
    step = int(timezone.now().timestamp()) // 30 + steps
    return str(format_hotp_value(hotp_value(secret, step)))


def _store(key: str) -> SessionBase:
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return store
