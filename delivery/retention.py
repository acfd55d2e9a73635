"""How long is kept what became of deliveries: ninety days (decision 31)."""

import datetime as dt

from delivery.models import Delivery, Dispatch

KEPT = dt.timedelta(days=90)
_AT_ONCE = 5_000


def forget_old(*, now: dt.datetime) -> int:
    """Deletes deliveries finished more than ninety days ago and dispatches that none refers to; how many rows that was.

    In short transactions, so that nobody waits for it; run twice it finds nothing the second time.
    """
    before = now - KEPT
    return _deleted_deliveries(before) + _deleted_dispatches(before)


def _deleted_deliveries(before: dt.datetime) -> int:
    total = 0
    while ids := list(Delivery.objects.filter(finished_at__lt=before).values_list("pk", flat=True)[:_AT_ONCE]):
        total += Delivery.objects.filter(pk__in=ids).delete()[0]
    return total


def _deleted_dispatches(before: dt.datetime) -> int:
    total = 0
    over = Dispatch.objects.filter(done_at__lt=before, deliveries=None)
    while ids := list(over.values_list("pk", flat=True)[:_AT_ONCE]):
        total += Dispatch.objects.filter(pk__in=ids).delete()[0]
    return total
