"""Browsers subscribe and leave; a phone has one user; nobody touches another's."""

import pytest
from django.test import Client
from django.utils import translation

from delivery.models import PushSubscription
from registry.models import Device
from tests.cast import Cast
from tests.delivery.push_service import Browser, base64url
from tests.wire import session_for

URL = "/api/push/subscriptions"
FCM = "https://fcm.googleapis.com/fcm/send/"


def signed_in(cast: Cast, person, **options) -> Client:
    client = Client(**options)
    client.cookies["sid"] = session_for(cast, person)
    return client


def subscribe(client: Client, browser: Browser, **changes):
    return client.post(URL, browser.subscription() | changes, content_type="application/json")


def unsubscribe(client: Client, endpoint: str):
    return client.delete(URL, {"endpoint": endpoint}, content_type="application/json")


def test_a_browser_subscribes_with_its_device_and_leaves(cast: Cast) -> None:
    client, browser = signed_in(cast, cast.hoa), Browser(FCM + "hoa")
    answer = subscribe(client, browser, language="en")

    assert answer.status_code == 201
    kept = PushSubscription.objects.get(pk=answer.json()["id"])
    assert (kept.person, kept.endpoint, kept.language) == (cast.hoa, browser.endpoint, "en")
    assert kept.device == Device.objects.get(account__person=cast.hoa)
    assert subscribe(client, browser).json() == answer.json(), "again: the same address, still one"
    assert unsubscribe(client, browser.endpoint).json() == {}
    assert not PushSubscription.objects.exists()


def test_an_address_moves_to_who_used_the_phone_last(cast: Cast) -> None:
    browser = Browser(FCM + "phone")
    subscribe(signed_in(cast, cast.hoa), browser)
    subscribe(signed_in(cast, cast.dung), browser)
    assert PushSubscription.objects.get().person == cast.dung


def test_an_outsider_cannot_end_anothers_subscription(cast: Cast) -> None:
    browser = Browser(FCM + "hoa")
    subscribe(signed_in(cast, cast.hoa), browser)
    answer = unsubscribe(signed_in(cast, cast.quang), browser.endpoint)

    assert (answer.status_code, answer.json()) == (200, {}), "the same as for an address that is not there"
    assert PushSubscription.objects.get().person == cast.hoa


def test_nobody_and_strange_sites_are_refused(cast: Cast) -> None:
    browser = Browser(FCM + "x")
    assert subscribe(Client(), browser).json()["code"] == "not_signed_in"
    forged = signed_in(cast, cast.hoa, enforce_csrf_checks=True)
    assert subscribe(forged, browser).status_code == 403
    assert not PushSubscription.objects.exists()


def test_the_eleventh_address_takes_the_place_of_the_oldest(cast: Cast) -> None:
    client = signed_in(cast, cast.hoa)
    for number in range(12):
        assert subscribe(client, Browser(f"{FCM}{number}")).status_code == 201
    kept = PushSubscription.objects.order_by("pk").values_list("endpoint", flat=True)
    assert list(kept) == [f"{FCM}{number}" for number in range(2, 12)]


@pytest.mark.parametrize(
    "endpoint", ["http://127.0.0.1:6379/", "https://evil.example/", "https://fcm.googleapis.com@10.0.0.1/", "x"]
)
def test_an_address_that_is_no_push_service_is_refused_without_saying_why(cast: Cast, endpoint: str) -> None:
    answer = subscribe(signed_in(cast, cast.hoa), Browser(endpoint))
    assert (answer.status_code, answer.json()["code"]) == (400, "push_address_refused")
    assert "facts" not in answer.json()
    assert not PushSubscription.objects.exists()


KEYS = Browser("").subscription()["keys"]


@pytest.mark.parametrize(
    "keys",
    [
        {**KEYS, "p256dh": base64url(b"\x04" + b"\x01" * 64)},
        {**KEYS, "p256dh": base64url(b"\x04" * 33)},
        {**KEYS, "p256dh": "không phải khóa"},
        {**KEYS, "p256dh": KEYS["p256dh"] + "!!"},
        {**KEYS, "auth": base64url(b"x" * 15)},
        {**KEYS, "auth": "*" * 22},
    ],
)
def test_keys_that_cannot_be_encrypted_for_are_refused_at_once(cast: Cast, keys: dict[str, str]) -> None:
    answer = subscribe(signed_in(cast, cast.hoa), Browser(FCM + "x"), keys=keys)
    assert (answer.status_code, answer.json()["code"]) == (400, "push_keys_refused")
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "changes", [{"keys": None}, {"keys": {}}, {"endpoint": None}, {"endpoint": FCM + "a" * 1000}, {"language": "fr"}]
)
def test_a_malformed_subscription_is_bad_input(cast: Cast, changes: dict[str, object]) -> None:
    answer = subscribe(signed_in(cast, cast.hoa), Browser(FCM + "x"), **changes)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")


def test_padded_keys_are_keys(cast: Cast) -> None:
    keys = {name: value + "=" * (-len(value) % 4) for name, value in KEYS.items()}
    assert subscribe(signed_in(cast, cast.hoa), Browser(FCM + "x"), keys=keys).status_code == 201


@pytest.mark.parametrize("language", ["vi", "en"])
def test_refusals_speak_the_readers_language(cast: Cast, language: str) -> None:
    client = signed_in(cast, cast.hoa)
    answer = client.post(
        URL, Browser("x").subscription(), content_type="application/json", headers={"Accept-Language": language}
    )
    assert ("Trình duyệt" in answer.json()["detail"]) == (language == "vi")
    assert translation.get_language()


def test_whoever_changes_the_language_is_told_things_in_it(cast: Cast) -> None:
    client = signed_in(cast, cast.hoa)
    subscribe(client, Browser(FCM + "hoa"))
    Browser(FCM + "dung").subscribe(cast.dung)
    assert client.patch("/api/me", {"language": "en"}, content_type="application/json").status_code == 200
    assert dict(PushSubscription.objects.values_list("person", "language")) == {cast.hoa.pk: "en", cast.dung.pk: "vi"}


def test_signing_out_takes_the_address_along(cast: Cast) -> None:
    client = signed_in(cast, cast.hoa)
    subscribe(client, Browser(FCM + "hoa"))
    assert client.delete("/api/session").status_code == 200
    assert not PushSubscription.objects.exists()
