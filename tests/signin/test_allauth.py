"""django-allauth's own addresses: what is open there, and that nobody signs up."""

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from chatserver.signin.allauth_urls import VIEWS
from registry.models import Account
from tests.cast import PASSWORD, Cast
from tests.signin.conftest import post

BASE = "/_allauth/"


def test_only_what_is_named_is_open() -> None:
    mounted = next(entry for entry in get_resolver().url_patterns if str(entry.pattern) == "_allauth/")

    plain = {str(entry.pattern) for entry in mounted.url_patterns if isinstance(entry, URLPattern)}
    others = [
        str(one.pattern)
        for entry in mounted.url_patterns
        if not isinstance(entry, URLPattern)
        for one in entry.url_patterns
    ]

    assert plain == set(VIEWS)
    assert not any(
        word in route
        for route in plain
        for word in ("signup", "email", "phone", "password", "login")
        if route != "auth/webauthn/login"
    )
    assert others == ["oidc/"]


CLOSED = [
    "auth/signup",
    "auth/login",
    "auth/session",
    "auth/password/request",
    "auth/password/reset",
    "auth/webauthn/signup",
    "auth/provider/signup",
    "auth/provider/token",
    "auth/code/request",
    "account/email",
    "account/phone",
    "account/password/change",
    "config",
    "auth/reauthenticate",
    "auth/2fa/authenticate",
    "auth/2fa/reauthenticate",
    "account/authenticators",
    "account/authenticators/totp",
    "account/authenticators/webauthn",
    "account/authenticators/recovery-codes",
    "browser/v1/auth/signup",
    "browser/v1/auth/login",
    "app/v1/auth/signup",
    "app/v1/auth/login",
]


@pytest.mark.parametrize("path", CLOSED)
def test_nobody_signs_up_or_in_by_another_door(cast: Cast, client: Client, path: str) -> None:
    before = Account.objects.count()
    body = {"username": "moi", "password": PASSWORD, "password1": PASSWORD, "email": "a@example.vn", "login": "moi"}

    assert post(client, BASE + path, body).status_code in {404, 405}
    assert Account.objects.count() == before
    assert client.get("/api/me").status_code == 401


@pytest.mark.parametrize("path", sorted(VIEWS))
def test_nobody_gets_anything_there(db: None, client: Client, path: str) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        answer = client.generic(method, BASE + path, b"{}", content_type="application/json")

        if (method, path) == ("GET", "auth/webauthn/login"):
            # A challenge for a passkey: random, the same for everybody.
            assert set(answer.json()["data"]) == {"request_options"}
            continue
        assert answer.status_code in {302, 400, 401, 403, 405, 409}, (method, path, answer.status_code)


def test_writing_there_needs_the_token_too(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)

    assert post(browser, BASE + "auth/webauthn/login", {"credential": {}}).status_code == 403
