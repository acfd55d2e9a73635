"""Boards that somebody looks at stay counted, by every server: whoever opens one finds it done."""

import asyncio
import contextlib
import logging

from django.db import InterfaceError, OperationalError

from broadcasts.ledger.tallies import look
from realtime.database import in_database
from realtime.faults import log_bug

log = logging.getLogger(__name__)
EVERY = 1.0


async def run(stop: asyncio.Event) -> None:
    """Look every second until told to stop. Losing the database only makes it wait: who asks then counts for themselves."""
    while not await _told_within(stop, EVERY):
        try:
            await in_database(look)
        except (OperationalError, InterfaceError) as error:
            log.error("boards wait for the database: %s", type(error).__name__)  # noqa: TRY400  its words may quote data
        except Exception as error:  # noqa: BLE001  told, and tried again
            log_bug(log, error, "a look at the boards failed")


async def _told_within(stop: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()
