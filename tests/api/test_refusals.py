"""Any no has one shape; a bug tells nothing but its reference."""

import logging

import pytest
from django.db import OperationalError
from django.test import Client

from chatserver import me
from tests.api.test_me import browser_of
from tests.cast import Cast


def test_a_bug_is_answered_with_a_reference_that_stands_in_the_log(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: object) -> None:
        raise ZeroDivisionError("Phạm Thị Hoa")

    monkeypatch.setattr(me, "_children", broken)
    client = browser_of(cast, "hoa")
    client.raise_request_exception = False

    with caplog.at_level(logging.ERROR):
        answer = client.get("/api/me")

    told = answer.json()
    assert (answer.status_code, told["code"], told["retry"]) == (500, "bug", True)
    assert told["detail"].startswith("Hệ thống gặp lỗi (")
    assert told["facts"]["reference"] in caplog.text
    assert "Hoa" not in answer.content.decode()


def test_a_lost_database_is_a_503_that_says_when(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*args: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(me, "_children", lost)

    answer = browser_of(cast, "hoa").get("/api/me")

    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "unavailable", "3")


VI, EN = "Hãy đăng nhập trước.", "Please sign in first."


@pytest.mark.parametrize(
    ("language", "detail"), [("en", EN), ("en-GB,vi;q=0.8", EN), ("vi", VI), ("vi-VN", VI), ("fr", VI), ("", VI)]
)
def test_the_detail_is_in_the_readers_language(db: None, client: Client, language: str, detail: str) -> None:
    assert client.get("/api/me", headers={"Accept-Language": language}).json()["detail"] == detail


def test_a_method_that_the_address_does_not_know(cast: Cast) -> None:
    assert browser_of(cast, "hoa").put("/api/me").json()["code"] == "not_allowed"


def test_a_form_is_no_json(db: None, client: Client) -> None:
    assert client.post("/api/session", {"username": "a", "password": "b"}).json()["code"] == "bad_input"


def test_a_body_of_two_megabytes_is_refused(db: None, client: Client) -> None:
    answer = client.post("/api/session", b'{"username": "' + b"a" * (2 << 20), content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")
