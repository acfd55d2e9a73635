"""Second factors set up, listed and removed: by whoever has just shown who they are, and never the last one of an officer."""

import datetime as dt

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from registry.assurance import SECOND_FACTOR
from registry.models import AuditLine
from tests.assured import assure, code_of, enrol
from tests.cast import PASSWORD, Cast
from tests.signin.conftest import JSON, sign_in

DOORS = [
    ("get", ""),
    ("post", "/totp"),
    ("put", "/totp"),
    ("post", "/passkeys/options"),
    ("post", "/passkeys"),
    ("delete", "/1"),
    ("post", "/recovery-codes"),
    ("post", "/confirm"),
]


@pytest.fixture
def head(cast: Cast, client: Client) -> Client:
    """Head Hạnh, who has just signed in for the first time."""
    sign_in(client, cast.account(cast.hanh).username)
    return client


def ask(client: Client, method: str, path: str, body: object = None):
    """The app's way of asking below /api/second-factor."""
    return getattr(client, method)(f"/api/second-factor{path}", data=body or {}, content_type=JSON)


def later(client: Client) -> None:
    """An hour has gone by since the sign-in."""
    session = client.session
    session["proven_at"] = (timezone.now() - dt.timedelta(hours=1)).isoformat()
    session.save()


def set_up(client: Client) -> tuple[str, list[str]]:
    """An authenticator app, as the app's pages set it up: its secret and the recovery codes."""
    secret = ask(client, "post", "/totp").json()["secret"]
    answer = ask(client, "put", "/totp", {"code": code_of(secret)})
    assert answer.status_code == 200, answer.content
    return secret, answer.json()["recovery_codes"]


def test_the_first_app_is_set_up_and_counts_at_once(cast: Cast, head: Client) -> None:
    begun = ask(head, "post", "/totp").json()
    assert begun["address"].startswith("otpauth://totp/")
    assert f"secret={begun['secret']}" in begun["address"]
    assert "Tr%E1%BB%91ng" in begun["address"]
    assert begun["qr_svg"].startswith("<svg")
    assert ask(head, "get", "").json() == {"factors": [], "recovery_codes": 0}

    codes = ask(head, "put", "/totp", {"code": code_of(begun["secret"])}).json()["recovery_codes"]

    assert len(set(codes)) == 10
    told = ask(head, "get", "").json()
    assert [(factor["type"], factor["name"]) for factor in told["factors"]] == [("totp", "")]
    assert told["recovery_codes"] == 10
    mine = head.get("/api/me").json()["second_factor"]
    assert (mine["wanted"], mine["enrolled"], mine["fresh_until"] is None) == (True, True, False)
    assert head.session[SECOND_FACTOR] is True
    # The secret waits in the session no more.
    assert begun["secret"] not in str(dict(head.session))
    assert sign_in(Client(), cast.account(cast.hanh).username).json()["code"] == "second_factor_wanted"
    line = AuditLine.objects.get(act="second_factor.added")
    assert (line.actor_id, line.details) == (cast.hanh.pk, {"kind": "totp"})


def test_a_wrong_first_code_sets_nothing_up(head: Client) -> None:
    ask(head, "post", "/totp")

    answer = ask(head, "put", "/totp", {"code": "000000"})
    assert (answer.status_code, answer.json()["code"]) == (401, "second_factor_wrong")
    assert not Authenticator.objects.exists()
    codes = [ask(head, "put", "/totp", {"code": "000000"}).json()["code"] for _ in range(5)]
    assert codes[-1] == "too_many_attempts"


def test_a_first_code_without_a_secret_before_is_wrong(head: Client) -> None:
    assert ask(head, "put", "/totp", {"code": "123456"}).json()["code"] == "second_factor_wrong"


def test_the_first_code_does_not_confirm_a_second_time(head: Client) -> None:
    secret, _codes = set_up(head)

    assert ask(head, "post", "/confirm", {"code": code_of(secret)}).json()["code"] == "second_factor_wrong"
    assert ask(head, "post", "/confirm", {"code": code_of(secret, steps=1)}).status_code == 204


def test_who_finds_an_open_browser_needs_the_password(cast: Cast, head: Client) -> None:
    later(head)

    for path in ("/totp", "/passkeys/options"):
        answer = ask(head, "post", path)
        assert (answer.status_code, answer.json()["code"]) == (403, "password_wanted")
        wrong = ask(head, "post", path, {"password": "khong-phai-no"})
        assert (wrong.status_code, wrong.json()["code"]) == (403, "password_wrong")
    assert ask(head, "put", "/totp", {"code": "123456"}).json()["code"] == "password_wanted"
    assert not Authenticator.objects.exists()

    assert ask(head, "post", "/totp", {"password": PASSWORD}).status_code == 200
    assert ask(head, "post", "/totp").status_code == 200


def test_the_password_is_not_guessed_there(head: Client) -> None:
    later(head)

    codes = [ask(head, "post", "/totp", {"password": "khong-phai-no"}).json()["code"] for _ in range(11)]
    assert codes[-1] == "too_many_attempts"
    assert ask(head, "post", "/totp", {"password": PASSWORD}).json()["code"] == "too_many_attempts"


def test_who_has_one_gives_it_before_changing_anything(cast: Cast, head: Client) -> None:
    set_up(head)
    factor = Authenticator.objects.get(type="totp").pk
    assure(head, minutes_ago=6)

    # The password is no help: it is the other factor.
    for method, path, body in [
        ("post", "/totp", {"password": PASSWORD}),
        ("put", "/totp", {"code": "123456"}),
        ("post", "/passkeys/options", {"password": PASSWORD}),
        ("post", "/passkeys", {"credential": {}}),
        ("delete", f"/{factor}", None),
        ("post", "/recovery-codes", None),
    ]:
        answer = ask(head, method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "confirm_again"), path
    # Nor a session that never had it.
    assure(head, has_second_factor=False)
    assert ask(head, "post", "/recovery-codes").json()["code"] == "second_factor_missing"


def test_an_officer_keeps_the_last_one(cast: Cast, head: Client) -> None:
    set_up(head)
    factor = Authenticator.objects.get(type="totp").pk

    answer = ask(head, "delete", f"/{factor}")
    assert (answer.status_code, answer.json()["code"]) == (409, "last_factor")
    assert Authenticator.objects.filter(type="totp").exists()


def test_a_teacher_may_give_hers_up_and_the_codes_go_along(cast: Cast, client: Client) -> None:
    sign_in(client, cast.account(cast.lan).username)
    set_up(client)
    factor = Authenticator.objects.get(type="totp").pk

    assert ask(client, "delete", f"/{factor}").status_code == 200
    assert not Authenticator.objects.exists()
    assert SECOND_FACTOR not in client.session
    assert sign_in(Client(), cast.account(cast.lan).username).status_code == 200


def test_a_new_telephone_takes_the_place_of_the_old(head: Client) -> None:
    old, _codes = set_up(head)
    new, codes = set_up(head)

    assert codes == []
    assert Authenticator.objects.filter(type="totp").count() == 1
    assert ask(head, "post", "/confirm", {"code": code_of(old, steps=1)}).json()["code"] == "second_factor_wrong"
    assert ask(head, "post", "/confirm", {"code": code_of(new, steps=1)}).status_code == 204


def test_new_recovery_codes_end_the_old(head: Client) -> None:
    _secret, old = set_up(head)

    new = ask(head, "post", "/recovery-codes").json()["recovery_codes"]
    assert len(new) == 10
    assert not set(new) & set(old)
    assert ask(head, "post", "/confirm", {"code": old[0]}).json()["code"] == "second_factor_wrong"
    assert ask(head, "post", "/confirm", {"code": new[0]}).status_code == 204


def test_without_a_factor_there_is_nothing_to_recover(head: Client) -> None:
    assert ask(head, "post", "/recovery-codes").json()["code"] == "second_factor_missing"


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"id": "x"},
        {"id": "x", "rawId": "x", "type": "public-key", "response": {}},
        {
            "id": "AA",
            "rawId": "AA",
            "type": "public-key",
            "response": {"clientDataJSON": "!", "attestationObject": "?"},
        },
        {"id": 1, "rawId": None, "type": [], "response": "no"},
    ],
)
def test_a_broken_passkey_is_refused(head: Client, credential: dict[str, object]) -> None:
    options = ask(head, "post", "/passkeys/options").json()["options"]["publicKey"]
    assert (options["rp"]["id"], options["rp"]["name"]) == ("testserver", "Trống Trường")

    answer = ask(head, "post", "/passkeys", {"credential": credential})
    assert (answer.status_code, answer.json()["code"]) == (400, "passkey_refused")
    assert not Authenticator.objects.exists()


def test_nobody_sees_or_removes_anothers(cast: Cast, head: Client) -> None:
    enrol(cast.account(cast.son))
    set_up(head)
    his = Authenticator.objects.get(user=cast.account(cast.son), type="totp").pk

    assert ask(head, "delete", f"/{his}").json()["code"] == "not_found"
    assert len(ask(head, "get", "").json()["factors"]) == 1
    assert Authenticator.objects.filter(pk=his).exists()


@pytest.mark.parametrize(("method", "path"), DOORS)
def test_strangers_find_no_door(db: None, method: str, path: str) -> None:
    answer = ask(Client(), method, path)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_every_door_for_writing_wants_the_token(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.account(cast.hanh))

    for method, path in DOORS[1:]:
        assert ask(browser, method, path).json()["code"] == "form_expired"
