"""What runs beside the server in its process: the line to the other processes, the daily upkeep, the registry's schedule,
notices that leave at their time, boards that somebody looks at, and on the embedded default delivery."""

import asyncio
import logging

from django.conf import settings

import delivery.loop
from broadcasts.drafts import departing
from broadcasts.ledger import recounting
from chatserver import upkeep
from chatserver.registry_sources import schedule
from realtime import database, outlet
from realtime.faults import log_bug

log = logging.getLogger(__name__)


class Beside:
    """Started when the port is open, stopped when the server drains."""

    def __init__(self) -> None:
        self._stop: asyncio.Event | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start on the server's loop."""
        outlet.attach(loop, None)
        self._stop = asyncio.Event()
        self._tasks.append(loop.create_task(upkeep.run(self._stop), name="upkeep"))
        self._tasks.append(loop.create_task(schedule.run(self._stop), name="schedule"))
        self._tasks.append(loop.create_task(departing.run(self._stop), name="departures"))
        self._tasks.append(loop.create_task(recounting.run(self._stop), name="boards"))
        if settings.EMBEDDED:
            self._tasks.append(loop.create_task(delivery.loop.run(self._stop), name="delivery"))
        for task in self._tasks:
            task.add_done_callback(_report)

    async def stop(self) -> None:
        """Return when nothing runs any more."""
        if self._stop is not None:
            self._stop.set()
            await asyncio.wait(self._tasks)
        database.stop()


def _report(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log_bug(log, error, f"{task.get_name()} stopped")
