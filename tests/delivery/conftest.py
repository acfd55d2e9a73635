"""A push service on loopback that is open to the guarded client, a clock, and a worker's rounds."""

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone

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


@pytest.fixture
def clock() -> Clock:
    return Clock()


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
def work(transactional_db: None, clock: Clock) -> Callable[..., Worker]:
    """Works until nothing is due, with a worker of its own; returns it."""

    def until_nothing_is_due(**options) -> Worker:
        async def rounds() -> Worker:
            async with Worker(clock=clock, **options) as worker:
                while await worker.work_once():
                    pass
                return worker

        # Enqueued after the clock of the test was read: due all the same.
        clock.now = max(clock.now, timezone.now())
        return asyncio.run(rounds())

    return until_nothing_is_due
