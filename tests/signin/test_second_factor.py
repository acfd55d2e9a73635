"""The second factor: TOTP and recovery codes, through django-allauth."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from registry.models import Device
from tests.assured import code_of
from tests.cast import Cast
from tests.signin.conftest import post, sign_in


@pytest.fixture
def secret(cast: Cast) -> str:
    """Officer Sơn has an authenticator app with this secret."""
    made = generate_totp_secret()
    TOTP.activate(cast.account(cast.son), made)
    return made


def test_a_password_alone_opens_nothing(cast: Cast, client: Client, secret: str) -> None:
    answer = sign_in(client, cast.account(cast.son).username)

    assert (answer.status_code, answer.json()["code"]) == (401, "second_factor_wanted")
    assert answer.json()["facts"] == {"types": ["totp"]}
    assert client.get("/api/me").status_code == 401
    assert not Device.objects.exists()


def test_password_and_code_sign_in(cast: Cast, client: Client, secret: str) -> None:
    before = sign_in(client, cast.account(cast.son).username).cookies["sid"].value

    answer = post(client, "/api/session/code", {"totp": code_of(secret)})

    assert answer.json()["person"]["id"] == cast.son.pk
    assert answer.cookies["sid"].value != before
    assert client.get("/api/me").status_code == 200
    assert Device.objects.get().account.person == cast.son


def test_a_code_is_good_once(cast: Cast, client: Client, secret: str) -> None:
    code = code_of(secret)
    sign_in(client, cast.account(cast.son).username)
    assert post(client, "/api/session/code", {"totp": code}).status_code == 200

    other = Client()
    sign_in(other, cast.account(cast.son).username)

    assert post(other, "/api/session/code", {"totp": code}).json()["code"] == "second_factor_wrong"


def test_a_clock_a_little_wrong_does_no_harm(cast: Cast, client: Client, secret: str) -> None:
    """One step before and after (RFC 6238, 5.2), and all the while no second time."""
    code = code_of(secret, steps=1)
    sign_in(client, cast.account(cast.son).username)
    assert post(client, "/api/session/code", {"totp": f"{code[:3]} {code[3:]}"}).status_code == 200

    other = Client()
    sign_in(other, cast.account(cast.son).username)
    for late in (code, code_of(secret, steps=-3), code_of(secret, steps=3)):
        assert post(other, "/api/session/code", {"totp": late}).json()["code"] == "second_factor_wrong"
    assert post(other, "/api/session/code", {"totp": code_of(secret)}).status_code == 200


def test_five_wrong_codes_end_the_trying(cast: Cast, client: Client, secret: str) -> None:
    sign_in(client, cast.account(cast.son).username)

    codes = [post(client, "/api/session/code", {"totp": "000000"}).json()["code"] for _ in range(6)]

    assert codes == ["second_factor_wrong"] * 5 + ["too_many_attempts"]
    assert post(client, "/api/session/code", {"totp": code_of(secret)}).json()["code"] == "too_many_attempts"


def test_a_recovery_code_helps_who_lost_the_phone(cast: Cast, client: Client, secret: str) -> None:
    codes = RecoveryCodes.activate(cast.account(cast.son)).get_unused_codes()
    sign_in(client, cast.account(cast.son).username)

    assert post(client, "/api/session/code", {"totp": codes[0]}).status_code == 200


def test_a_code_without_the_password_before_is_nothing(cast: Cast, client: Client, secret: str) -> None:
    answer = post(client, "/api/session/code", {"totp": code_of(secret)})

    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_the_secret_is_sealed_in_the_database(cast: Cast, secret: str) -> None:
    kept = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]

    assert secret not in kept
    assert kept.startswith("gAAAA")
