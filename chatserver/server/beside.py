"""What runs beside the server in its process: the line to the other processes, and on the embedded default delivery."""

import asyncio
import logging
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings

from realtime import database, outlet

log = logging.getLogger(__name__)


class Beside:
    """Started when the port is open, stopped when the server drains."""

    def __init__(self) -> None:
        self._stop: asyncio.Event | None = None
        self._delivery: asyncio.Task[None] | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start on the server's loop."""
        outlet.attach(loop, None)
        if settings.EMBEDDED and find_spec("delivery.loop") is not None:
            self._stop = asyncio.Event()
            self._delivery = loop.create_task(import_module("delivery.loop").run(self._stop))
            self._delivery.add_done_callback(_report)

    async def stop(self) -> None:
        """Return when nothing runs any more."""
        if self._stop is not None and self._delivery is not None:
            self._stop.set()
            await asyncio.wait([self._delivery])
        database.stop()


def _report(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("delivery stopped by a bug", exc_info=error)
