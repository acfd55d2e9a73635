"""A push, from the worker to the lock screen: encrypted by the worker, decrypted independently, shown by Chromium."""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from playwright.sync_api import Page

from delivery.worker import Worker
from tests.browser.conftest import Publish
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
        # In a thread: this one already runs the browser's loop.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, deliver()).result()
        (pushed,) = service.at("/hoa")
    payload = phone.read(pushed)
    shown = show(person("hoa"), site, payload)
    assert [(one["title"], one["body"], one["tag"]) for one in shown] == [
        (payload["title"], payload["body"], payload["tag"])
    ]
    assert "Nghỉ học ngày mai" in payload["title"] + payload["body"]
    assert "Nước sông đang lên." in payload["body"]
    assert shown[0]["url"] == payload["url"]


async def deliver() -> None:
    """A worker, until nothing is due."""
    async with Worker() as worker:
        while await worker.work_once():
            pass


def show(page: Page, site: Server, payload: dict[str, object]) -> list[dict[str, str]]:
    """Hand the decrypted payload to the app's service worker as a push service would; the notifications it shows."""
    page.context.grant_permissions(["notifications"])
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    protocol = page.context.new_cdp_session(page)
    registrations: list[str] = []

    def updated(event: dict[str, list[dict[str, str]]]) -> None:
        registrations.extend(one["registrationId"] for one in event["registrations"])

    protocol.on("ServiceWorker.workerRegistrationUpdated", updated)
    protocol.send("ServiceWorker.enable")
    page.wait_for_timeout(1_000)
    assert registrations, "Chromium reported no service worker"
    push = {"origin": site.url, "registrationId": registrations[-1], "data": json.dumps(payload)}
    protocol.send("ServiceWorker.deliverPushMessage", push)
    page.wait_for_timeout(1_500)
    return page.evaluate(  # type: ignore[no-any-return]
        """() => navigator.serviceWorker.ready.then(ready => ready.getNotifications()).then(all =>
            all.map(({ title, body, tag, data }) => ({ title, body, tag, url: data.url })))"""
    )
