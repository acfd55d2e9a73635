"""What every server clears away once a day. Run twice, or by several processes at once, it changes nothing more."""

import asyncio
import contextlib
import datetime as dt
import logging
import random

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from delivery.models import PushSubscription
from realtime.database import in_database
from realtime.faults import log_bug
from registry import activation
from registry.models import ActivationCode, Device
from rooms.receivers import revise_for_today

log = logging.getLogger(__name__)

AGAIN = 60.0
# Sign-in records are kept a year (decision 31).
KEPT = dt.timedelta(days=365)


async def run(stop: asyncio.Event) -> None:
    """Soon after the start (not all processes at the same moment), then daily just after midnight in Vietnam, when rights
    begin and end by date, until told to stop. What fails is tried again after a minute."""
    pause = random.uniform(5, 60)  # noqa: S311  no secret
    while not await _told_within(stop, pause):
        pause = _until_midnight() + random.uniform(5, 120)  # noqa: S311  no secret
        try:
            log.info("upkeep: %s", " ".join(f"{what}={count}" for what, count in (await in_database(tidy)).items()))
        except Exception as error:  # noqa: BLE001  told, and tried again: nobody else ends rights by date
            log_bug(log, error, "upkeep failed")
            pause = AGAIN


def tidy() -> dict[str, int]:
    """Ends rights whose day has come, then deletes what is over; how much of each. A browser whose session ran out gets no
    more pushes either."""
    now = timezone.now()
    return {
        "members_revised": len(revise_for_today().people),
        "sessions": Session.objects.filter(expire_date__lt=now).delete()[0],
        "devices_ended": _end_devices_without_session(now),
        "devices_forgotten": Device.objects.filter(ended_at__lt=now - KEPT).delete()[0],
        "codes_forgotten": ActivationCode.objects.filter(expires_at__lt=now - KEPT).delete()[0],
        "attempts_forgotten": activation.forget_attempts(),
    }


def _until_midnight() -> float:
    now = timezone.localtime()
    tomorrow = (now + dt.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (tomorrow - now).total_seconds()


@transaction.atomic
def _end_devices_without_session(now: dt.datetime) -> int:
    # A device that began a moment ago may have been committed before its session: its day will come.
    over = Device.objects.filter(ended_at=None, created_at__lt=now - dt.timedelta(hours=1)).exclude(
        session_hash__in=Session.objects.values("session_key")
    )
    PushSubscription.objects.filter(device__in=over).delete()
    return over.update(ended_at=now)


async def _told_within(stop: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()
