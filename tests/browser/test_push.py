"""A push, from the worker to the lock screen: encrypted by the worker, decrypted independently, shown by Chromium."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.conftest import Publish
from tests.browser.telephone import Phone, send_pushes
from tests.cast import Cast
from tests.delivery.push_service import Browser, PushService
from tests.wire import Server


def test_a_notice_rings_with_its_whole_text(
    committed_cast: Cast, site: Server, person: Callable[..., Page], publish: Publish, settings
) -> None:
    cast = committed_cast
    with PushService() as service:
        settings.OUTSIDE_TEST_HOSTS = [f"127.0.0.1:{service.port}"]
        phone = Browser(service.url("/hoa"))
        phone.subscribe(cast.hoa)
        publish("hanh", {"org": cast.school.pk}, urgency="khan", title="Nghỉ học ngày mai", body="Nước sông đang lên.")
        send_pushes()
        (pushed,) = service.at("/hoa")
    payload = phone.read(pushed)
    shown = Phone(person("hoa"), site).hears(payload)
    assert [(one["title"], one["body"], one["tag"]) for one in shown] == [
        (payload["title"], payload["body"], payload["tag"])
    ]
    assert "Nghỉ học ngày mai" in payload["title"] + payload["body"]
    assert "Nước sông đang lên." in payload["body"]
    assert shown[0]["url"] == payload["url"]
