"""Notices leave when it is time, carried out by every server: each in a transaction of its own, so that one that is killed
has sent it whole or not at all, and another takes it up."""

import asyncio
import contextlib
import logging

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from broadcasts.drafts import finding, telling
from broadcasts.drafts.errors import TooLate
from broadcasts.drafts.leaving import come_back, leave
from broadcasts.models import Draft
from realtime.database import in_database
from realtime.errors import Bug, Refusal
from realtime.faults import log_bug
from registry import audit

log = logging.getLogger(__name__)
State = Draft.State
EVERY = 1.0
# In one look; the next one follows a second later.
AT_ONCE = 50


async def run(stop: asyncio.Event) -> None:
    """Look every second until told to stop. Losing the database only makes it wait."""
    while not await _told_within(stop, EVERY):
        try:
            await in_database(look)
        except (OperationalError, InterfaceError) as error:
            log.error("departures wait for the database: %s", type(error).__name__)  # noqa: TRY400  its words may quote data
        except Exception as error:  # noqa: BLE001  told, and tried again: nobody else lets notices leave
            log_bug(log, error, "a look at the departures failed")


def look() -> int:
    """Let leave what is due, and send back what nobody decided about in time; how many of both."""
    now = timezone.now()
    due = Draft.objects.filter(state=State.LEAVING, leaves_at__lte=now).order_by("leaves_at", "pk")
    overdue = Draft.objects.filter(state=State.SUBMITTED, decide_by__lte=now).order_by("decide_by", "pk")
    return sum(map(depart, due.values_list("pk", flat=True)[:AT_ONCE])) + sum(
        map(give_up, overdue.values_list("pk", flat=True)[:AT_ONCE])
    )


@transaction.atomic
def depart(draft_id: int) -> bool:
    """Let this draft leave, if it is time and nobody else has it in hand; whether something became of it. What cannot be
    sent any more comes back to its author with the reason."""
    draft = finding.locked(draft_id, skip=True)
    if draft is None or draft.state != State.LEAVING or not draft.leaves_at or draft.leaves_at > timezone.now():
        return False
    try:
        with transaction.atomic():
            leave(draft)
    except Refusal as problem:
        _send_back(draft, problem.code)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001  told; one that cannot leave must not be tried for ever
        log_bug(log, error, "draft %s could not leave", draft.pk)
        _send_back(draft, Bug.code)
    return True


@transaction.atomic
def give_up(draft_id: int) -> bool:
    """Send back a draft that waited for a second person too long; whether it did."""
    draft = finding.locked(draft_id, skip=True)
    if draft is None or draft.state != State.SUBMITTED or not draft.decide_by or draft.decide_by > timezone.now():
        return False
    _send_back(draft, TooLate.code)
    return True


def _send_back(draft: Draft, problem: str) -> None:
    come_back(draft, State.RETURNED, problem=problem)
    telling.rings_back(draft)
    audit.record(None, "draft.return", subject=f"draft:{draft.pk}", concerning=draft.issuer_id, problem=problem)


async def _told_within(stop: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()
