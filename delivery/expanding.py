"""Turns a due dispatch into deliveries, a batch of people at a time."""

import datetime as dt
import logging
from collections.abc import Mapping
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q

from delivery.channels import DeliveryChannel
from delivery.models import Delivery, Dispatch
from delivery.pace import WORTH_TELLING, wait_after
from delivery.sources import source_named
from realtime.faults import log_bug

log = logging.getLogger(__name__)

PEOPLE = 500
# Then what is found is sent first.
_BATCHES = 20
_LEASE = dt.timedelta(seconds=60)


def expand_due(channels: Mapping[str, DeliveryChannel], *, now: dt.datetime) -> int:
    """Due dispatches, the most pressing first, until enough people are found to tell; how many batches that was.

    Several at once, so that of ten messages in one room a phone is told the newest and not the first.
    """
    batches = made = 0
    while batches < _BATCHES and made < PEOPLE:
        more = _expand_next(channels, now)
        if more is None:
            break
        batches, made = batches + 1, made + more
    return batches


def _expand_next(channels: Mapping[str, DeliveryChannel], now: dt.datetime) -> int | None:
    """The next batch of the most pressing due dispatch: how many deliveries it made; None when none is due."""
    dispatch = _claimed(now)
    if dispatch is None:
        return None
    try:
        people = _recipients(dispatch)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001  a bug in a source, of whatever kind; told, and tried again later
        log_bug(log, error, "source %s failed for subject %s", dispatch.source, dispatch.subject)
        _postpone(dispatch, now)
        return 0
    return _expand(dispatch, people, channels, now)


def _claimed(now: dt.datetime) -> Dispatch | None:
    due = Dispatch.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), done_at=None, due_at__lte=now)
    if not due.exists():
        return None
    with transaction.atomic():
        dispatch = due.select_for_update(skip_locked=True).order_by("-priority", "due_at", "pk").first()
        if dispatch is not None:
            dispatch.lease_until = now + _LEASE
            dispatch.save(update_fields=["lease_until"])
    return dispatch


def _recipients(dispatch: Dispatch) -> list[int]:
    people = source_named(dispatch.source).recipients(dispatch.subject, after=dispatch.cursor, limit=PEOPLE)
    if people and min(people) <= dispatch.cursor:
        # It would go round for ever, and tell the same people each time.
        raise RuntimeError("recipients() gave people that were not behind `after`")
    return people


def _expand(dispatch: Dispatch, people: list[int], channels: Mapping[str, DeliveryChannel], now: dt.datetime) -> int:
    """Deliveries and cursor in one transaction: killed in between, the batch is made again, whole."""
    found = [(slug, address) for slug, channel in channels.items() for address in channel.addresses_of(people)]
    rows = [
        Delivery(
            dispatch=dispatch,
            person_id=address.person_id,
            channel=slug,
            address=address.id,
            priority=dispatch.priority,
            waits_until=now,
        )
        for slug, address in found
    ]
    changed: dict[str, Any] = {"cursor": max(people, default=dispatch.cursor), "attempts": 0, "lease_until": None}
    if len(people) < PEOPLE:
        changed["done_at"] = now
    with transaction.atomic():
        held = Dispatch.objects.filter(pk=dispatch.pk, lease_until=dispatch.lease_until, done_at=None)
        if not held.update(**changed):
            return 0
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _postpone(dispatch: Dispatch, now: dt.datetime) -> None:
    until = now + wait_after(dispatch.attempts + 1)
    over = until > dispatch.due_at + WORTH_TELLING
    if over:
        log.error("dispatch %s given up: its source failed for three days", dispatch.pk)
    Dispatch.objects.filter(pk=dispatch.pk, lease_until=dispatch.lease_until).update(
        lease_until=until, attempts=F("attempts") + 1, done_at=now if over else None
    )
