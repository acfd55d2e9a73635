"""A push service on loopback that is open to the guarded client, a clock, and a worker's rounds."""

import asyncio
import datetime as dt
from collections.abc import Iterator, Mapping

import pytest
from django.utils import timezone

from delivery.channels import DeliveryChannel
from delivery.worker import Worker
from tests.delivery.matter import Matter
from tests.delivery.push_service import PushService


class Clock:
    """The time, moved by hand."""

    def __init__(self) -> None:
        self.now = timezone.now()

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)


class Work:
    """Rounds of a worker of its own each time, until nothing is due by a clock that is moved by hand."""

    def __init__(self) -> None:
        self.clock = Clock()

    def __call__(self, *, at_once: int = 32, channels: Mapping[str, DeliveryChannel] | None = None) -> Worker:
        return asyncio.run(self._rounds(at_once, channels))

    async def _rounds(self, at_once: int, channels: Mapping[str, DeliveryChannel] | None) -> Worker:
        async with Worker(channels, clock=self.clock, at_once=at_once) as worker:
            while await worker.work_once():
                pass
            return worker

    def forward(self, seconds: float) -> None:
        """The time passes."""
        self.clock.forward(seconds)


@pytest.fixture(autouse=True)
def _no_matter_from_earlier() -> Iterator[None]:
    Matter.forget()
    yield
    Matter.forget()


@pytest.fixture
def service(settings) -> Iterator[PushService]:
    """A push service in the clear, opened by name for this test."""
    with PushService() as service:
        settings.OUTSIDE_TEST_HOSTS = [f"127.0.0.1:{service.port}"]
        yield service


@pytest.fixture
def work(transactional_db: None, monkeypatch) -> Work:
    """A worker whose time, and everybody's in this process, is moved by hand: a slow machine changes nothing."""
    work = Work()
    monkeypatch.setattr("django.utils.timezone.now", work.clock)
    return work
