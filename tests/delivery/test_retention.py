"""What became of deliveries is kept for ninety days."""

import datetime as dt

from django.utils import timezone

from delivery.models import Delivery, Dispatch
from delivery.retention import forget_old
from tests.cast import Cast


def test_finished_deliveries_go_after_ninety_days_and_nothing_else(cast: Cast) -> None:
    now = timezone.now()
    old, recent = now - dt.timedelta(days=91), now - dt.timedelta(days=89)

    def dispatch(subject: int, done_at: dt.datetime | None) -> Dispatch:
        return Dispatch.objects.create(source="test_matter", subject=subject, due_at=old, done_at=done_at)

    def delivery(of: Dispatch, finished_at: dt.datetime | None) -> Delivery:
        state = Delivery.State.SENT if finished_at else Delivery.State.WAITING
        return Delivery.objects.create(
            dispatch=of, person=cast.hoa, channel="webpush", address=of.pk, state=state, waits_until=old,
            finished_at=finished_at,
        )  # fmt: skip

    gone, kept, open_, waiting = dispatch(1, old), dispatch(2, old), dispatch(3, None), dispatch(4, old)
    delivery(gone, old)
    still_there = {delivery(kept, recent).pk, delivery(waiting, None).pk}

    assert forget_old(now=now) == 2
    assert forget_old(now=now) == 0
    assert set(Delivery.objects.values_list("pk", flat=True)) == still_there
    assert set(Dispatch.objects.all()) == {kept, open_, waiting}
