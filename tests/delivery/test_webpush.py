"""What is sent: encrypted for one browser, signed for its service, of the right size."""

import datetime as dt
import hashlib
import json
import time
import unicodedata

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import translation

from broadcasts.wording.keeping import built_in
from delivery.actions import enqueue
from delivery.channels.webpush import LARGEST_PLAINTEXT, SMALL_PLAINTEXT, USED_PLAINTEXT, WebPush
from delivery.fitting import fitted, tag_digest
from delivery.keys import application_server_key, key_pair
from delivery.models import Delivery
from delivery.sources import Notice, Priority, source_named
from delivery.vapid import Signer
from tests.broadcasts.writing import publish
from tests.cast import Cast
from tests.delivery.certificate import certificate
from tests.delivery.matter import BODY, TITLE, Matter
from tests.delivery.push_service import Answer, Browser, PushService, base64url
from tests.delivery.texts import REAL

MORE = "… còn nữa"


def test_the_browser_reads_the_whole_notice_and_no_other_browser_does(
    committed_cast: Cast, service: PushService, work
) -> None:
    browser, other = Browser(service.url("hoa")), Browser(service.url("other"))
    browser.subscribe(committed_cast.hoa)
    enqueue("test_matter", 7)
    work()

    [push] = service.pushes
    assert browser.read(push) == {
        "type": "broadcast", "id": 7, "tag": "broadcast.7", "title": TITLE, "body": BODY, "urgency": "khan",
        "url": "/thong-bao/7", "at": "2026-10-06T12:05:07Z",
    }  # fmt: skip
    assert BODY.encode() not in push.body
    with pytest.raises(Exception, match=r".*"):
        other.read(push)
    assert Delivery.objects.get().state == Delivery.State.SENT


def test_each_device_is_told_in_its_language(committed_cast: Cast, service: PushService, work) -> None:
    phone, tablet = Browser(service.url("phone")), Browser(service.url("tablet"))
    phone.subscribe(committed_cast.hoa)
    tablet.subscribe(committed_cast.hoa, language="en")
    enqueue("test_matter", 7)
    work()

    assert phone.read(service.at("phone")[0])["title"] == TITLE
    assert tablet.read(service.at("tablet")[0])["title"].startswith("No school")


def test_the_service_is_shown_who_we_are_for_its_origin_with_its_port(
    committed_cast: Cast, service: PushService, work, settings
) -> None:
    Browser(service.url("hoa")).subscribe(committed_cast.hoa)
    enqueue("test_matter", 7)
    work()

    scheme, t, k = service.pushes[0].headers["authorization"].replace(",", "").split(" ")
    public = k.removeprefix("k=")
    assert (scheme, public) == ("vapid", application_server_key())
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(public))
    claims = jwt.decode(t.removeprefix("t="), point, algorithms=["ES256"], audience=f"http://127.0.0.1:{service.port}")
    assert claims["sub"] == settings.VAPID_SUBJECT
    assert 0 < claims["exp"] - time.time() <= 24 * 3600


def test_what_presses_is_marked_so_and_kept_longer(committed_cast: Cast, service: PushService, work) -> None:
    expected = {
        Priority.CONVERSATION: ("normal", "3600"),
        Priority.NOTICE: ("normal", "86400"),
        Priority.URGENT: ("high", "86400"),
        Priority.FLASH: ("high", "86400"),
    }
    browser = Browser(service.url("hoa"))
    browser.subscribe(committed_cast.hoa)
    for subject in expected:
        Matter.priorities[subject] = subject
        enqueue("test_matter", subject, priority=subject)
    work()

    arrived = {browser.read(push)["id"]: push.headers for push in service.pushes}
    assert {id_: (headers["urgency"], headers["ttl"]) for id_, headers in arrived.items()} == expected
    for id_, headers in arrived.items():
        assert headers["content-encoding"] == "aes128gcm"
        assert headers["topic"] == base64url(hashlib.sha256(f"broadcast.{id_}".encode()).digest())[:32]


def test_over_tls_with_a_certificate_that_is_checked(committed_cast: Cast, settings, tmp_path, work) -> None:
    server_tls, client_tls = certificate(tmp_path)
    with PushService(tls=server_tls) as service:
        settings.OUTSIDE_TEST_HOSTS = [f"127.0.0.1:{service.port}"]
        browser = Browser(service.url("hoa"))
        browser.subscribe(committed_cast.hoa)
        enqueue("test_matter", 7)
        work()
        assert service.pushes == [], "an unknown certificate is not spoken to"
        assert Delivery.objects.get().outcome == "no_connection"

        enqueue("test_matter", 8)
        work(channels={"webpush": WebPush(tls=client_tls)})
        assert [browser.read(push)["id"] for push in service.pushes] == [8]


# -- sizes --------------------------------------------------------------------------------------------------------


def notice(title: str = TITLE, body: str = BODY) -> Notice:
    return Notice(
        type="broadcast", id=7, tag="broadcast.7", title=title, body=body, url="/thong-bao/7", urgency="khan",
        at=dt.datetime(2026, 10, 6, 12, 5, tzinfo=dt.UTC),
    )  # fmt: skip


def test_a_text_of_any_length_arrives_within_3000_bytes(committed_cast: Cast, service: PushService, work) -> None:
    lengths = [0, 1, 1_500, *range(2_130, 2_230), 2_800, 3_000, 4_100, 10_000]
    browser = Browser(service.url("hoa"))
    browser.subscribe(committed_cast.hoa)
    for length in lengths:
        Matter.bodies[length] = ("Nhà trường đề nghị phụ huynh " * 400)[:length]
        enqueue("test_matter", length)
    work()

    assert len(service.pushes) == len(lengths)
    for push in service.pushes:
        assert len(push.body) <= USED_PLAINTEXT + 103
        read = browser.read(push)
        text = Matter.bodies[read["id"]]
        assert read["body"] == text or (read["is_cut"] and text.startswith(read["body"].removesuffix(MORE)))
    assert {browser.read(push).get("is_cut", False) for push in service.pushes} == {True, False}


@pytest.mark.parametrize("limit", [*range(215, 515, 7), 2000, USED_PLAINTEXT, LARGEST_PLAINTEXT])
@pytest.mark.parametrize("text", ["một hai ba bốn " * 400, "không" * 1000, '"\\\n' * 2000, "👩‍🏫 " * 900])
def test_a_long_text_is_cut_at_a_word_and_uses_its_room(limit: int, text: str) -> None:
    payload = fitted(notice(body=text), limit)
    told = json.loads(payload)
    body, is_said = told["body"].removesuffix(MORE), told["body"].endswith(MORE)

    assert len(payload) <= limit
    assert is_said
    assert told["is_cut"] is True
    assert text.startswith(body)
    words = text.split()
    if len(words) > 1:
        assert body.split() == words[: len(body.split())], "no word is cut in two"
        assert limit - len(payload) <= 2 * len(words[0].encode()) + 8


def test_a_title_longer_than_a_push_is_cut_too() -> None:
    payload = json.loads(fitted(notice(title="ậ " * 3000, body=BODY), LARGEST_PLAINTEXT))
    assert payload["title"].endswith(MORE)
    assert payload["body"] == MORE


def test_that_there_is_more_is_said_in_the_language_of_the_device() -> None:
    long = notice(body="một hai ba bốn " * 400)
    assert json.loads(fitted(long, USED_PLAINTEXT, language="en"))["body"].endswith("… there is more")


@pytest.mark.parametrize("kind", ["NFC", "NFD"])
def test_a_real_urgent_text_of_1500_characters_is_told_whole(cast: Cast, kind: str) -> None:
    """As it is issued: number, issuer, an answer wanted for three children. Written on a machine that parts letters and
    tones it is the same text, as every text is kept in one form (NFC)."""
    body = unicodedata.normalize(kind, REAL)
    broadcast = publish(
        cast.son, cast.dong_sen, urgency="hoa_toc", roles=["guardians"], body=body, title="HỎA TỐC: Học sinh nghỉ học do lũ",
        acknowledge_by="2026-12-01T12:00:00Z",
    )  # fmt: skip
    assert len(broadcast.body) == 1500
    with translation.override("vi"):
        told = source_named("broadcast").notices_for(broadcast.pk, {cast.hoa.pk}, language="vi")[cast.hoa.pk]
    payload = fitted(told, USED_PLAINTEXT)
    assert json.loads(payload)["body"] == broadcast.body == REAL
    assert "is_cut" not in json.loads(payload)
    print(
        f"{len(broadcast.body)} characters, {len(broadcast.body.encode())} bytes, {len(payload)} with all that goes along"
    )


@pytest.mark.parametrize("slug", built_in())
def test_what_the_templates_begin_with_is_told_whole(slug: str) -> None:
    for one in built_in()[slug].values():
        assert "is_cut" not in json.loads(fitted(notice(title=one.title, body=one.body), USED_PLAINTEXT))


def test_what_the_service_finds_too_large_is_sent_shorter_once(
    committed_cast: Cast, service: PushService, work
) -> None:
    Matter.bodies[7] = "Nhà trường đề nghị " * 400
    browser = Browser(service.url("hoa"))
    browser.subscribe(committed_cast.hoa)
    service.script["hoa"] = [Answer(413)]
    enqueue("test_matter", 7)
    work()

    first, second = service.pushes
    assert len(first.body) > len(second.body) <= SMALL_PLAINTEXT + 103
    assert browser.read(second)["body"].endswith(MORE)
    assert Delivery.objects.get().state == Delivery.State.SENT


def test_what_stays_too_large_is_given_up(committed_cast: Cast, service: PushService, work) -> None:
    Browser(service.url("hoa")).subscribe(committed_cast.hoa)
    service.always = Answer(413)
    enqueue("test_matter", 7)
    work()
    work.forward(3600)
    work()

    assert len(service.pushes) == 2
    assert (Delivery.objects.get().state, Delivery.objects.get().outcome) == ("failed", "too_large")


# -- tokens -------------------------------------------------------------------------------------------------------


def test_a_token_serves_its_origin_until_an_hour_before_its_end(db: None) -> None:
    now = [1_000_000.0]
    signer = Signer(key_pair(), subject="mailto:a@b.vn", clock=lambda: now[0])
    first = signer.authorization("https://fcm.googleapis.com")

    assert signer.authorization("https://fcm.googleapis.com") == first
    assert signer.authorization("https://web.push.apple.com") != first
    now[0] += 11 * 3600 - 1
    assert signer.authorization("https://fcm.googleapis.com") == first
    now[0] += 1
    assert signer.authorization("https://fcm.googleapis.com") != first


def test_topics_tell_nothing_and_fit() -> None:
    topics = {tag_digest(f"room.{number}") for number in range(1000)}
    assert len(topics) == 1000
    assert all(len(topic) == 32 and set(topic) <= set(f"{_ALPHABET}-_") for topic in topics)


_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def _bytes(base64url_text: str) -> bytes:
    import base64

    return base64.urlsafe_b64decode(base64url_text + "=" * (-len(base64url_text) % 4))
