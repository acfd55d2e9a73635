"""The loop: wakes at once, goes on after errors, ends when asked."""

import asyncio
import logging
import threading
import time

from django.db import OperationalError, connection

from delivery import loop
from delivery.actions import enqueue
from delivery.worker import Worker
from tests.cast import Cast
from tests.delivery.push_service import Browser, PushService


def during(things, *, seconds: float = 20) -> None:
    """Runs the loop while `things` happen in another thread."""

    async def both() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(loop.run(stop))
        try:
            await asyncio.wait_for(asyncio.to_thread(_closing(things)), seconds)
        finally:
            stop.set()
            await asyncio.wait_for(running, 10)

    asyncio.run(both())


def _closing(things):
    def run() -> None:
        try:
            things()
        finally:
            connection.close()

    return run


def test_what_is_enqueued_here_is_sent_at_once(committed_cast: Cast, service: PushService) -> None:
    Browser(service.url("hoa")).subscribe(committed_cast.hoa)
    waits: list[float] = []

    def things() -> None:
        # The loop has become idle: only a poke makes it look sooner than in two seconds.
        time.sleep(0.6)
        for subject in range(4):
            service.arrived.clear()
            before = time.monotonic()
            enqueue("test_matter", subject)
            assert service.arrived.wait(5)
            waits.append(time.monotonic() - before)
            time.sleep(0.2)

    during(things)
    assert min(waits) < 0.4


def test_losing_the_database_only_makes_it_wait(
    committed_cast: Cast, service: PushService, monkeypatch, caplog
) -> None:
    Browser(service.url("hoa")).subscribe(committed_cast.hoa)
    real, lost = Worker.work_once, threading.Event()

    async def work_once(self: Worker, **options) -> int:
        if not lost.is_set():
            lost.set()
            raise OperationalError("server closed the connection: canary")
        return await real(self, **options)

    monkeypatch.setattr(Worker, "work_once", work_once)
    enqueue("test_matter", 7)
    with caplog.at_level(logging.DEBUG):
        during(lambda: service.arrived.wait(10))
    assert len(service.pushes) == 1
    assert "delivery waits for the database: OperationalError" in caplog.text
    assert "canary" not in caplog.text
