"""Keeps a worker at work: inside `serve` on the embedded default, in `manage.py deliver` otherwise."""

import asyncio
import contextlib
import datetime as dt
import logging
from collections import Counter
from collections.abc import Mapping

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from delivery import wake
from delivery.channels import DeliveryChannel
from delivery.retention import forget_old
from delivery.worker import BATCH, Worker
from realtime.faults import log_bug

log = logging.getLogger(__name__)

# Beside the one that always looks, so many join in while there is more than one batch to send: a service that does not
# answer holds up its own batch only.
_HELPERS = 3
# How often is looked when nobody pokes: for other processes' work, retries, and what has become due.
_BUSY, _IDLE = 0.5, 2.0
_STAYS_BUSY = dt.timedelta(seconds=10)
_AFTER_AN_ERROR = 2.0
_HEARTBEAT = 60.0
_DAY = 24 * 3600.0
# The first clearing out waits: a start has other things to do.
_FIRST_CLEARING = 600.0


async def run(stop: asyncio.Event, *, channels: Mapping[str, DeliveryChannel] | None = None) -> None:
    """Delivers until `stop` is set, then finishes what it has begun. Losing the database only makes it wait."""
    while not stop.is_set():
        try:
            async with Worker(channels) as worker:
                await _Loop(worker, stop).run()
        except (OperationalError, InterfaceError) as error:
            log.error("delivery waits for the database: %s", type(error).__name__)  # noqa: TRY400  its words may quote data
            await _sleep(stop, _AFTER_AN_ERROR)


class _Loop:
    def __init__(self, worker: Worker, stop: asyncio.Event) -> None:
        self._worker = worker
        self._stop = stop
        self._woken = asyncio.Event()
        self._is_crowded = asyncio.Event()

    async def run(self) -> None:
        wake.listen(self._woken)
        try:
            async with asyncio.TaskGroup() as group:
                for part in (self._look, *[self._help] * _HELPERS, self._beat, self._clear_out, self._end):
                    group.create_task(part())
        finally:
            wake.forget(self._woken)

    async def _look(self) -> None:
        """Round after round while there is work; then until poked, or a little later anyhow."""
        busy_until = timezone.now()
        while not self._stop.is_set():
            self._woken.clear()
            done = await self._round()
            if done:
                busy_until = timezone.now() + _STAYS_BUSY
                if done >= BATCH:
                    self._is_crowded.set()
                continue
            await _sleep(self._woken, _BUSY if timezone.now() < busy_until else _IDLE)

    async def _help(self) -> None:
        """Rounds as long as there is more than one batch."""
        while True:
            await self._is_crowded.wait()
            if self._stop.is_set():
                return
            if not await self._round():
                self._is_crowded.clear()

    async def _round(self) -> int:
        """How much was done. An error ends the round, not the loop; what was claimed is free again after its lease."""
        try:
            return await self._worker.work_once()
        except (OperationalError, InterfaceError) as error:
            log.error("delivery waits for the database: %s", type(error).__name__)  # noqa: TRY400
        except Exception as error:  # noqa: BLE001  told with its place; push must go on for everybody else
            log_bug(log, error, "a round of delivery failed")
        await _sleep(self._stop, _AFTER_AN_ERROR)
        return 0

    async def _beat(self) -> None:
        """A line of counts a minute when anything happened: no ids, no services."""
        before: Counter[str] = Counter()
        while not await _sleep(self._stop, _HEARTBEAT):
            now = Counter(self._worker.counts)
            if now != before:
                log.info("delivery: %s", " ".join(f"{what}={count}" for what, count in sorted((now - before).items())))
            before = now

    async def _clear_out(self) -> None:
        pause = _FIRST_CLEARING
        while not await _sleep(self._stop, pause):
            pause = _DAY
            try:
                count = await self._worker.in_database(forget_old, now=timezone.now())
                log.info("delivery: %s old rows deleted", count)
            except (OperationalError, InterfaceError) as error:
                log.error("old deliveries stay another day: %s", type(error).__name__)  # noqa: TRY400

    async def _end(self) -> None:
        await self._stop.wait()
        self._worker.stop()
        self._woken.set()
        self._is_crowded.set()


async def _sleep(event: asyncio.Event, seconds: float) -> bool:
    """Waits so long, or until the event; whether it came."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
    return event.is_set()
