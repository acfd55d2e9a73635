"""Signed-in devices: listed, ended from elsewhere, and ended on open sockets too."""

import json
import time
import urllib.request
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from delivery.models import PushSubscription
from registry.models import Device
from registry.sessions import hash_of
from tests.cast import Cast
from tests.signin.conftest import ANDROID, sign_in
from tests.wire import Server, serving


@pytest.fixture
def two(cast: Cast) -> Iterator[tuple[Client, Client]]:
    """Lan's phone and Lan's computer."""
    phone, computer = Client(), Client()
    sign_in(phone, cast.account(cast.lan).username, **{"User-Agent": ANDROID})
    sign_in(computer, cast.account(cast.lan).username)
    return phone, computer


def test_both_are_listed_and_this_one_is_marked(two: tuple[Client, Client]) -> None:
    _phone, computer = two

    listed = computer.get("/api/devices").json()["devices"]

    assert {(device["label"], device["is_this"]) for device in listed} == {
        ("Chrome trên Android", False),
        ("Thiết bị không rõ", True),
    }


def test_one_ends_the_other(cast: Cast, two: tuple[Client, Client]) -> None:
    phone, computer = two
    lost = Device.objects.get(label="Chrome trên Android")
    keep = Device.objects.exclude(pk=lost.pk).get()
    for device in (lost, keep):
        PushSubscription.objects.create(
            person=cast.lan, device=device, endpoint=f"https://fcm.googleapis.com/{device.pk}", p256dh="p", auth="a"
        )

    assert computer.delete(f"/api/devices/{lost.pk}").json() == {}

    assert phone.get("/api/me").status_code == 401
    assert computer.get("/api/me").status_code == 200
    assert [push.device for push in PushSubscription.objects.all()] == [keep]
    assert [device["is_this"] for device in computer.get("/api/devices").json()["devices"]] == [True]
    assert computer.delete(f"/api/devices/{lost.pk}").status_code == 404


def test_nobody_ends_anothers_device(cast: Cast, two: tuple[Client, Client]) -> None:
    outsider = Client()
    sign_in(outsider, cast.account(cast.quang).username)
    hers = Device.objects.filter(account__person=cast.lan).values_list("pk", flat=True)

    assert [outsider.delete(f"/api/devices/{pk}").status_code for pk in hers] == [404, 404]
    assert Client().delete(f"/api/devices/{hers[0]}").status_code == 401
    assert two[0].get("/api/me").status_code == 200


def test_a_session_that_ran_out_takes_its_device_along(two: tuple[Client, Client]) -> None:
    from django.contrib.sessions.models import Session

    phone, computer = two
    Session.objects.filter(session_key=hash_of(phone.cookies["sid"].value)).update(expire_date=timezone.now())

    assert len(computer.get("/api/devices").json()["devices"]) == 1
    call_command("clearsessions")
    assert Session.objects.count() == 1


def test_use_is_noted_once_an_hour(two: tuple[Client, Client]) -> None:
    phone, _computer = two
    device = Device.objects.get(label="Chrome trên Android")
    long_ago = timezone.now() - timezone.timedelta(hours=5)
    Device.objects.update(last_seen_at=long_ago)

    phone.get("/api/me")
    first = Device.objects.get(pk=device.pk).last_seen_at
    phone.get("/api/me")

    assert first > long_ago
    assert Device.objects.get(pk=device.pk).last_seen_at == first
    assert Device.objects.exclude(pk=device.pk).get().last_seen_at == long_ago


class Browser:
    """A browser against a running server: cookies and the token, as the app sends them."""

    def __init__(self, server: Server) -> None:
        self.url = server.url
        self.cookies: dict[str, str] = {}
        self.ask("GET", "/api/me")

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, dict]:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-CSRFToken": self.cookies.get("csrf", ""),
            "Content-Type": "application/json",
        }
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            answer = urllib.request.urlopen(request, timeout=20)
        except urllib.error.HTTPError as refused:
            answer = refused
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, json.loads(answer.read() or b"{}")


def test_an_ended_device_is_cut_off_its_socket(committed_cast: Cast) -> None:
    name = committed_cast.account(committed_cast.lan).username
    with serving() as server:
        phone, computer = Browser(server), Browser(server)
        for browser in (phone, computer):
            assert browser.ask("POST", "/api/session", {"username": name, "password": "mot-mat-khau-dai-1"})[0] == 200
        theirs = {device["id"]: device["is_this"] for device in computer.ask("GET", "/api/devices")[1]["devices"]}
        lost = next(pk for pk, is_this in theirs.items() if not is_this)

        with server.socket(phone.cookies["sid"]) as cut, server.socket(computer.cookies["sid"]) as kept:
            assert cut.hello["person"] == committed_cast.lan.pk
            started = time.monotonic()
            assert computer.ask("DELETE", f"/api/devices/{lost}")[0] == 200
            assert cut.close_code(seconds=5) == 4401
            assert time.monotonic() - started < 2
            assert kept.ask("ping")["type"] == "ok"

            assert computer.ask("DELETE", "/api/session")[0] == 200
            assert kept.close_code(seconds=5) == 4401

        with server.socket(phone.cookies["sid"], hello=False) as again:
            assert again.answer(None)["code"] == "not_signed_in"
            assert again.close_code() == 4401
