"""Telephones with the app on them: pushes leave the worker and arrive, notifications are tapped."""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.utils import translation
from playwright.sync_api import Page
from playwright.sync_api import Worker as ServiceWorker

from broadcasts.models import Broadcast
from broadcasts.told import notices_of
from delivery.channels.webpush import USED_PLAINTEXT
from delivery.fitting import fitted
from delivery.worker import Worker
from registry.models import Person
from tests.wire import Server


class Phone:
    """A telephone with the app on it: pushes arrive, notifications are tapped."""

    def __init__(self, page: Page, site: Server) -> None:
        self.page = page
        self._origin = site.url
        page.context.grant_permissions(["notifications"], origin=site.url)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self._protocol = page.context.new_cdp_session(page)
        self._found: list[str] = []
        self._protocol.on("ServiceWorker.workerRegistrationUpdated", self._updated)
        self._protocol.send("ServiceWorker.enable")
        self.until(lambda: self._found)

    def hears(self, push: dict[str, Any]) -> list[dict[str, Any]]:
        """The push arrives; what is shown then."""
        told = {"origin": self._origin, "registrationId": self._found[-1], "data": json.dumps(push)}
        self._protocol.send("ServiceWorker.deliverPushMessage", told)
        return self.until(self._shown)

    def taps(self, action: str) -> list[dict[str, Any]]:
        """The button is tapped on what is shown; what is shown after it."""
        self._worker.evaluate(
            """async (action) => {
                const [notification] = await self.registration.getNotifications();
                try {
                    self.dispatchEvent(new NotificationEvent("notificationclick", { notification, action }));
                } catch {}
                await new Promise((done) => setTimeout(done, 800));
            }""",
            action,
        )
        return self._shown()

    def has_a_line(self) -> None:
        """The browser notices that there is one again."""
        told = {"origin": self._origin, "registrationId": self._found[-1], "tag": "outbox", "lastChance": False}
        self._protocol.send("ServiceWorker.dispatchSyncEvent", told)

    def until(self, look: Callable[[], Any]) -> Any:
        """What comes about within some seconds."""
        for _tenth in range(100):
            if found := look():
                return found
            self.page.wait_for_timeout(100)
        raise AssertionError("it did not come about")

    def _shown(self) -> list[dict[str, Any]]:
        return self._worker.evaluate(  # type: ignore[no-any-return]
            """() => self.registration.getNotifications().then((all) => all.map(({ title, body, tag, data, actions }) =>
                ({ title, body, tag, url: data.url, actions: actions.map((one) => one.title) })))"""
        )

    @property
    def _worker(self) -> ServiceWorker:
        return self.page.context.service_workers[-1]

    def _updated(self, event: dict[str, list[dict[str, str]]]) -> None:
        self._found.extend(one["registrationId"] for one in event["registrations"])


def pushed_to(who: Person, broadcast_id: int) -> dict[str, Any]:
    """What her telephone gets, as the worker would seal it."""
    with translation.override("vi"):
        notice = notices_of(Broadcast.objects.get(pk=broadcast_id), [who.pk])[who.pk]
    return json.loads(fitted(notice, USED_PLAINTEXT))  # type: ignore[no-any-return]


def send_pushes() -> None:
    """A worker sends what is due. In a thread: this one already runs the browser's loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, _deliver()).result()


async def _deliver() -> None:
    async with Worker() as worker:
        while await worker.work_once():
            pass
