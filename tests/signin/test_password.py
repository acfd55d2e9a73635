"""Names and passwords: who gets in, who does not, and how often one may try."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from registry.models import Device
from registry.sessions import hash_of
from tests.cast import PASSWORD, Cast

JSON = "application/json"


@pytest.fixture(autouse=True)
def _no_earlier_attempts() -> None:
    cache.clear()


def sign_in(client: Client, username: str, password: str = PASSWORD, **headers: str):
    return client.post("/api/session", {"username": username, "password": password}, content_type=JSON, headers=headers)


def test_a_teacher_signs_in_and_sees_who_she_is(cast: Cast, client: Client) -> None:
    answer = sign_in(client, cast.account(cast.lan).username)

    assert answer.status_code == 200
    me = answer.json()
    assert me["person"] == {
        "id": cast.lan.pk,
        "name": "Nguyễn Thị Lan",
        "given_name": "Lan",
        "position": "",
        "gender": "female",
    }
    assert [(h["title"], h["is_homeroom_teacher"]) for h in me["homerooms"]] == [("7A", True)]
    assert me["may"] == {"compose": True, "registry": False}
    assert client.get("/api/me").json() == me


def test_the_cookie_is_closed_to_scripts_and_the_key_is_new(cast: Cast, client: Client) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = "planted-by-somebody-else-0123456"

    answer = sign_in(
        client, cast.account(cast.lan).username, **{"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile"}
    )

    cookie = answer.cookies["sid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert cookie.value != "planted-by-somebody-else-0123456"
    device = Device.objects.get(account__person=cast.lan)
    assert device.session_hash == hash_of(cookie.value)
    assert device.label == "Chrome trên Android"
