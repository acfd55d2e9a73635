"""Names and passwords: who gets in, who does not, and how often one may try."""

import os
import subprocess
import sys

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from registry.models import AuditLine, Device
from registry.sessions import hash_of
from tests.cast import PASSWORD, Cast
from tests.signin.conftest import ANDROID, post, sign_in


def test_a_teacher_signs_in_and_sees_who_she_is(cast: Cast, client: Client) -> None:
    answer = sign_in(client, cast.account(cast.lan).username)

    assert answer.status_code == 200
    assert answer.json()["person"]["name"] == "Nguyễn Thị Lan"
    assert client.get("/api/me").json() == answer.json()


def test_names_do_not_mind_case_and_spaces(cast: Cast, client: Client) -> None:
    assert sign_in(client, f" {cast.account(cast.lan).username.upper()} ").status_code == 200


def test_the_cookie_is_closed_to_scripts_and_its_key_is_new(cast: Cast, client: Client) -> None:
    client.cookies["sid"] = "planted-by-somebody-else-0123456"

    answer = sign_in(client, cast.account(cast.lan).username, **{"User-Agent": ANDROID})

    cookie = answer.cookies["sid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")
    assert cookie.value != "planted-by-somebody-else-0123456"
    device = Device.objects.get(account__person=cast.lan)
    assert device.session_hash == hash_of(cookie.value)
    assert device.label == "Chrome trên Android"


def test_over_tls_the_cookies_are_bound_to_the_host() -> None:
    """The settings of an https installation, read by a process of its own."""
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
    code = f"from django.conf import settings; print(*(getattr(settings, name) for name in {names}))"
    env = {**os.environ, "PUBLIC_URL": "https://truong.example.vn", "DJANGO_SETTINGS_MODULE": "chatserver.settings"}

    said = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)

    assert said.stdout.split() == ["__Host-sid", "__Host-csrf", "True", "True"]


def test_neither_table_holds_the_key_of_a_session(cast: Cast, client: Client) -> None:
    key = sign_in(client, cast.account(cast.lan).username).cookies["sid"].value

    assert [row.session_key for row in Session.objects.all()] == [hash_of(key)]
    assert not Session.objects.filter(session_key=key).exists()


@pytest.mark.parametrize(("username", "password"), [("nobody", PASSWORD), ("", PASSWORD), ("lan", "not-it-at-all")])
def test_a_wrong_name_and_a_wrong_password_look_the_same(
    cast: Cast, client: Client, username: str, password: str
) -> None:
    name = cast.account(cast.lan).username if username == "lan" else username

    answer = sign_in(client, name, password)

    if not name:
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")
        return
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_name_or_password")
    assert answer.json()["detail"] == "Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy kiểm tra rồi nhập lại."
    assert client.get("/api/me").status_code == 401


def test_five_wrong_passwords_close_the_name_for_a_while_from_any_address(cast: Cast, client: Client) -> None:
    name = cast.account(cast.lan).username
    for _ in range(5):
        assert sign_in(client, name, "wrong-wrong-wrong").status_code == 401

    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    answer = sign_in(elsewhere, name)

    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")
    assert answer.json()["retry"] is True
    assert int(answer["Retry-After"]) > 0
    assert sign_in(elsewhere, cast.account(cast.minh).username).status_code == 200


def test_another_port_in_the_host_header_or_another_spelling_is_no_new_try(cast: Cast) -> None:
    name = cast.account(cast.lan).username
    spellings = [name, name.upper(), f" {name}", name.replace("s", "ſ"), name.title()]
    for number, spelling in enumerate(spellings):
        guess = Client(SERVER_NAME="127.0.0.1", SERVER_PORT=str(9000 + number), REMOTE_ADDR=f"203.0.113.{number}")
        assert sign_in(guess, spelling, "wrong-wrong-wrong").status_code == 401

    assert sign_in(Client(REMOTE_ADDR="203.0.113.99"), name).status_code == 429


def test_one_address_cannot_try_many_names(cast: Cast, client: Client) -> None:
    codes = [sign_in(client, f"guess-{number}", "wrong-wrong-wrong").status_code for number in range(12)]

    assert codes == [401] * 10 + [429] * 2


def test_who_has_left_the_registry_is_told_so(cast: Cast, client: Client) -> None:
    name = cast.account(cast.lan).username
    cast.lan.roles.all().delete()

    assert sign_in(client, name).json()["code"] == "account_closed"
    assert client.get("/api/me").status_code == 401


def test_a_session_of_who_has_left_the_registry_is_worth_nothing(cast: Cast, client: Client) -> None:
    sign_in(client, cast.account(cast.lan).username)
    cast.lan.roles.all().delete()

    assert client.get("/api/me").json()["code"] == "not_signed_in"
    assert client.get("/api/rooms").json()["code"] == "not_signed_in"


def test_a_closed_account_stays_out(cast: Cast, client: Client) -> None:
    account = cast.account(cast.lan)
    account.is_active = False
    account.save()

    assert sign_in(client, account.username).json()["code"] == "account_closed"


def test_a_forged_page_cannot_sign_anybody_in(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    name = cast.account(cast.lan).username

    assert sign_in(browser, name).json()["code"] == "form_expired"

    token = browser.get("/api/me").cookies["csrf"].value
    assert sign_in(browser, name, **{"X-CSRFToken": token}).status_code == 200


def test_unknown_fields_are_refused_by_name(cast: Cast, client: Client) -> None:
    answer = post(client, "/api/session", {"username": "a", "password": "b", "is_staff": True})

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")
    assert answer.json()["facts"] == {"field": "is_staff"}


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', '{"username": 5}', '{"username": {"a": 1}, "password": []}'])
def test_an_odd_body_is_a_refusal(db: None, client: Client, body: str) -> None:
    answer = client.post("/api/session", body, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")


def test_signing_in_as_another_ends_the_device_before(cast: Cast, client: Client) -> None:
    sign_in(client, cast.account(cast.lan).username)
    sign_in(client, cast.account(cast.minh).username)

    assert client.get("/api/me").json()["person"]["id"] == cast.minh.pk
    assert Device.objects.get(account__person=cast.lan).ended_at is not None
    assert Session.objects.count() == 1


def test_signing_out_ends_the_session_and_clears_the_browser(cast: Cast, client: Client) -> None:
    key = sign_in(client, cast.account(cast.lan).username).cookies["sid"].value

    answer = client.delete("/api/session")

    assert answer.json() == {}
    assert answer["Clear-Site-Data"] == '"storage"'
    assert client.cookies["sid"].value == ""
    old = Client()
    old.cookies["sid"] = key
    assert old.get("/api/me").status_code == 401
    assert Device.objects.get().ended_at is not None


def test_each_step_leaves_a_line_without_names(cast: Cast, client: Client) -> None:
    sign_in(client, cast.account(cast.lan).username)
    client.delete("/api/session")

    lines = AuditLine.objects.filter(actor=cast.lan).order_by("pk")
    assert [line.act for line in lines] == ["device.begun", "device.ended"]
    assert not any("Lan" in str(line.details) for line in lines)


class TestChoosingAPassword:
    """Households may have one too."""

    def test_a_guardian_sets_one_and_signs_in_with_it(self, cast: Cast, client: Client, letter) -> None:
        post(client, "/api/activation/use", {"code": letter(cast.hoa)})
        name = client.get("/api/password").json()["username"]
        assert "hoa" not in name

        assert post(client, "/api/password", {"password": "con-duong-den-truong"}).json() == {"username": name}

        assert client.get("/api/me").status_code == 200
        assert sign_in(Client(), name, "con-duong-den-truong").status_code == 200

    @pytest.mark.parametrize("weak", ["ngan", "password123", "1234567890", "qwertyuiop"])
    def test_a_weak_one_is_refused(self, cast: Cast, client: Client, letter, weak: str) -> None:
        post(client, "/api/activation/use", {"code": letter(cast.hoa)})

        assert post(client, "/api/password", {"password": weak}).json()["code"] == "password_too_weak"

    def test_changing_it_needs_the_present_one_and_signs_out_the_others(self, cast: Cast, client: Client) -> None:
        name = cast.account(cast.lan).username
        elsewhere = Client()
        sign_in(elsewhere, name)
        sign_in(client, name)

        assert post(client, "/api/password", {"password": "mot-mat-khau-khac"}).json()["code"] == "password_wrong"
        wrong = {"password": "mot-mat-khau-khac", "present": "khong-phai-no"}
        assert post(client, "/api/password", wrong).json()["code"] == "password_wrong"
        assert elsewhere.get("/api/me").status_code == 200

        right = {"password": "mot-mat-khau-khac", "present": PASSWORD}
        assert post(client, "/api/password", right).status_code == 200
        assert client.get("/api/me").status_code == 200
        assert elsewhere.get("/api/me").status_code == 401
        assert sign_in(Client(), name).json()["code"] == "wrong_name_or_password"
