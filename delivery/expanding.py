"""Turns due dispatches into deliveries: many short ones together, a long one a batch of people at a time."""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Mapping
from itertools import chain

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q

from delivery.channels import DeliveryChannel
from delivery.inserting import insert, rows_of
from delivery.models import Dispatch
from delivery.pace import WORTH_TELLING, wait_after
from delivery.sources import Priority, source_named
from realtime.faults import log_bug

log = logging.getLogger(__name__)

PEOPLE = 500
# Messages of a busy hour, which are told to a few people each, are taken so many at a time: one by one a worker did 60 a
# second and fell behind its own server.
TOGETHER = 50
# Then what is found is sent first.
_BATCHES = 20
_LEASE = dt.timedelta(seconds=60)

Found = dict[int, list[int]]


def expand_due(channels: Mapping[str, DeliveryChannel], *, now: dt.datetime) -> int:
    """Due dispatches, the most pressing first, until enough people are found to tell; how many batches that was.

    Several at once, so that of ten messages in one room a phone is told the newest and not the first.
    """
    batches = made = 0
    while batches < _BATCHES and made < PEOPLE:
        claimed = _claimed(now)
        if not claimed:
            break
        batches, made = batches + 1, made + _expand(claimed, _recipients(claimed, now), channels, now)
    return batches


def _claimed(now: dt.datetime) -> list[Dispatch]:
    """The most pressing due dispatch; where that is a conversation not begun yet, more like it."""
    due = Dispatch.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), done_at=None, due_at__lte=now)
    if not due.exists():
        return []
    with transaction.atomic():
        found = list(due.select_for_update(skip_locked=True).order_by("-priority", "due_at", "pk")[:TOGETHER])
        alike = [each for each in found if _is_short(each) and each.source == found[0].source]
        mine = alike if found and _is_short(found[0]) else found[:1]
        Dispatch.objects.filter(pk__in=[each.pk for each in mine]).update(lease_until=now + _LEASE)
    for each in mine:
        each.lease_until = now + _LEASE
    return mine


def _is_short(dispatch: Dispatch) -> bool:
    return dispatch.priority <= Priority.CONVERSATION and not dispatch.cursor


def _recipients(claimed: list[Dispatch], now: dt.datetime) -> Found:
    """The next people of each dispatch; those whose source fails are put off and missing."""
    if len(claimed) > 1:
        try:
            return _together(claimed)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001  each is asked about by itself then, and the faulty one told
            log_bug(log, error, "source %s failed for %s subjects together", claimed[0].source, len(claimed))
    found: Found = {}
    for dispatch in claimed:
        try:
            found[dispatch.pk] = _of_one(dispatch)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001  a bug in a source, of whatever kind; told, and tried again later
            log_bug(log, error, "source %s failed for subject %s", dispatch.source, dispatch.subject)
            _postpone(dispatch, now)
    return found


def _together(claimed: list[Dispatch]) -> Found:
    people = source_named(claimed[0].source).first_recipients([each.subject for each in claimed], limit=PEOPLE)
    return {each.pk: people.get(each.subject, []) for each in claimed}


def _of_one(dispatch: Dispatch) -> list[int]:
    people = source_named(dispatch.source).recipients(dispatch.subject, after=dispatch.cursor, limit=PEOPLE)
    if people and min(people) <= dispatch.cursor:
        # It would go round for ever, and tell the same people each time.
        raise RuntimeError("recipients() gave people that were not behind `after`")
    return people


def _expand(claimed: list[Dispatch], found: Found, channels: Mapping[str, DeliveryChannel], now: dt.datetime) -> int:
    """Deliveries and cursors in one transaction: killed in between, the batch is made again, whole."""
    everybody = set(chain.from_iterable(found.values()))
    by_person: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for slug, channel in channels.items():
        for person, address in channel.addresses_of(everybody) if everybody else ():
            by_person[person].append((slug, address))
    with transaction.atomic():
        held = _still_held(claimed)
        kept = [each for each in claimed if each.pk in found and each.pk in held]
        rows = [row for each in kept for row in rows_of(each, found[each.pk], by_person, channels)]
        _advance(kept, found, now)
        insert(rows, now)
    return len(rows)


def _still_held(claimed: list[Dispatch]) -> set[int]:
    """Those whose lease has not run out and gone to another worker meanwhile; locked."""
    mine = Dispatch.objects.filter(pk__in=[each.pk for each in claimed], lease_until=claimed[0].lease_until)
    return set(mine.filter(done_at=None).select_for_update().order_by("pk").values_list("pk", flat=True))


def _advance(dispatches: list[Dispatch], found: Found, now: dt.datetime) -> None:
    done = [each.pk for each in dispatches if len(found[each.pk]) < PEOPLE]
    if done:
        Dispatch.objects.filter(pk__in=done).update(done_at=now, attempts=0, lease_until=None)
    for each in dispatches:
        if len(people := found[each.pk]) >= PEOPLE:
            Dispatch.objects.filter(pk=each.pk).update(cursor=max(people), attempts=0, lease_until=None)


def _postpone(dispatch: Dispatch, now: dt.datetime) -> None:
    until = now + wait_after(dispatch.attempts + 1)
    over = until > dispatch.due_at + WORTH_TELLING
    if over:
        log.error("dispatch %s given up: its source failed for three days", dispatch.pk)
    Dispatch.objects.filter(pk=dispatch.pk, lease_until=dispatch.lease_until).update(
        lease_until=until, attempts=F("attempts") + 1, done_at=now if over else None
    )
