"""Pulls sources at their time, each in a process of its own: an import's memory and CPU are not the server's."""

import asyncio
import contextlib
import datetime as dt
import logging
import random
import subprocess
import sys

from django.conf import settings
from django.utils import timezone

from realtime import refresh_access
from realtime.database import in_database
from realtime.faults import log_bug
from registry import staleness
from registry.models import Source
from registry.sync.rest.due import due_sources

log = logging.getLogger(__name__)

_LOOK = 60.0
_WATCH = 0.5
_ALARM_AGAIN = dt.timedelta(hours=1)
# After a pull that left no trace in the database: another machine's turn, or a start that failed.
_NOT_AGAIN_FOR = dt.timedelta(minutes=10)
_STOPS_WITHIN = 5.0


async def run(stop: asyncio.Event) -> None:
    """Look once a minute, not all processes at the same moment, until told to stop; then end the pull that runs. It goes
    on where it stopped when a server looks again."""
    schedule = _Schedule(stop)
    pause = random.uniform(5, _LOOK)  # noqa: S311  no secret
    while not await _told_within(stop, pause):
        pause = _LOOK
        try:
            await schedule.look()
        except Exception as error:  # noqa: BLE001  told, and tried again: nobody else pulls
            log_bug(log, error, "the registry schedule failed")


class _Schedule:
    def __init__(self, stop: asyncio.Event) -> None:
        self._stop = stop
        self._not_before: dict[int, dt.datetime] = {}
        self._alarm_at = timezone.now()

    async def look(self) -> None:
        """Pull what is due, one after the other, and say what was not read for too long."""
        await in_database(staleness.look)
        for source in await in_database(due_sources):
            if self._stop.is_set():
                return
            if self._not_before.get(source.pk, timezone.now()) <= timezone.now():
                self._not_before[source.pk] = timezone.now() + _NOT_AGAIN_FOR
                await self._pull(source)
        if timezone.now() >= self._alarm_at:
            self._alarm_at = timezone.now() + _ALARM_AGAIN
            for pk, since in (await in_database(staleness.silent_sources)).items():
                hours = int((timezone.now() - since).total_seconds() // 3600)
                log.error("registry stale: source %s was last read %s hours ago", pk, hours)

    async def _pull(self, source: Source) -> None:
        log.info("registry: source %s is being pulled", source.pk)
        with subprocess.Popen(  # noqa: S603  our own command, no shell
            [sys.executable, "manage.py", "pull_registry", str(source.pk), "--apply", "--scheduled"],
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        ) as process:
            while process.poll() is None:
                if await _told_within(self._stop, _WATCH):
                    await _end(process)
            log.info("registry: source %s ended with %s", source.pk, process.returncode)
        if settings.EMBEDDED and process.returncode == 0:
            # No line leads from that process to the sockets of this one.
            await in_database(refresh_access, None)


async def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        await asyncio.to_thread(process.wait, _STOPS_WITHIN)
    process.kill()


async def _told_within(stop: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()
