"""What every server clears away once a day. Run twice, or by several processes at once, it changes nothing more."""

import asyncio
import contextlib
import datetime as dt
import logging
import random
from collections.abc import Callable

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from broadcasts.cascade import succeeding
from broadcasts.files import uploading
from broadcasts.ladder import budget
from broadcasts.questions import ringing
from broadcasts.verifying import earlier
from chatserver.registry_sources.guarded import pulls_folder
from delivery.models import PushSubscription
from realtime.database import in_database
from realtime.faults import log_bug
from registry import activation
from registry.models import ActivationCode, Device
from registry.overrides import join_households
from registry.selectors import today
from registry.sync import keeping
from registry.sync.rest.pulling import forget_old_pulls
from registry.sync.sheet import sent
from rooms.files.uploading import forget_uploads
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
    """Ends rights whose day has come, then deletes what is over; how much of each."""
    return {what: task() for what, task in _TASKS.items()}


def _until_midnight() -> float:
    now = timezone.localtime()
    tomorrow = (now + dt.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (tomorrow - now).total_seconds()


def _members_revised() -> int:
    return len(revise_for_today().people)


def _households_joined() -> int:
    return join_households(today())


def _sessions() -> int:
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


def _devices_forgotten() -> int:
    return Device.objects.filter(ended_at__lt=timezone.now() - KEPT).delete()[0]


def _codes_forgotten() -> int:
    return ActivationCode.objects.filter(expires_at__lt=timezone.now() - KEPT).delete()[0]


def _pulls_forgotten() -> int:
    return forget_old_pulls(pulls_folder())


@transaction.atomic
def _devices_ended() -> int:
    """A browser whose session ran out gets no more pushes either."""
    now = timezone.now()
    # A device that began a moment ago may have been committed before its session: its day will come.
    over = Device.objects.filter(ended_at=None, created_at__lt=now - dt.timedelta(hours=1)).exclude(
        session_hash__in=Session.objects.values("session_key")
    )
    PushSubscription.objects.filter(device__in=over).delete()
    return over.update(ended_at=now)


# In this order; each says how much it did.
_TASKS: dict[str, Callable[[], int]] = {
    "members_revised": _members_revised,
    "households_joined": _households_joined,
    "nodes_taken_over": succeeding.take_over_today,
    "questions_ring": ringing.ring_today,
    "codes_given": earlier.give_codes,
    "sessions": _sessions,
    "devices_ended": _devices_ended,
    "devices_forgotten": _devices_forgotten,
    "codes_forgotten": _codes_forgotten,
    "attempts_forgotten": activation.forget_attempts,
    "pulls_forgotten": _pulls_forgotten,
    "sync_runs_ended": keeping.end_runs,
    "packages_forgotten": keeping.forget_packages,
    "lists_forgotten": sent.forget_lists,
    "journals_forgotten": keeping.forget_journals,
    "home_pushes_forgotten": budget.forget_old_pushes,
    # Rows first: what lies on disk goes with them.
    "uploads_forgotten": uploading.forget_uploads,
    "room_files_forgotten": forget_uploads,
    "files_forgotten": uploading.forget_files,
}


async def _told_within(stop: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()
