"""The ladder of a notice that leaves: its rungs are written and handed to delivery with it, in one transaction."""

import datetime as dt

from broadcasts.ladder.governing import governing
from broadcasts.ladder.planning import Planned, planned
from broadcasts.ladder.sides import sides_of
from broadcasts.ladder.words import CHANNEL_OF, FIRST, RUNG, Action, Side, To, has_end
from broadcasts.models import Broadcast, Rung, Urgency
from broadcasts.urgency import PRIORITY
from delivery.actions import enqueue
from delivery.channels import DeliveryChannel

# What cannot wait ends by itself.
ENDS_AFTER = dt.timedelta(hours=24)


def end_of(urgency: str, published_at: dt.datetime, ends_at: dt.datetime | None) -> dt.datetime | None:
    """Until when its rungs are done: as its author set it, else a day for what cannot wait, else without end."""
    if ends_at is None and has_end(urgency):
        return published_at + ENDS_AFTER
    return ends_at


def set_up(broadcast: Broadcast) -> None:
    """Write the rungs of a notice that is being issued, and a dispatch for each that can be done: those of the first moment
    share one, unless the households' waits for the morning while the staff are told. In the caller's transaction."""
    ladder = governing(broadcast.issuer_id)
    sides = sides_of(broadcast)
    plans = {
        side: planned(
            ladder.table,
            (Urgency(broadcast.urgency), side),
            published_at=broadcast.published_at,
            ends_at=broadcast.ends_at,
            quiet=ladder.quiet,
            channels=DeliveryChannel.registered,
        )
        for side in sides
    }
    first_at = min(plan[0].due_at for plan in plans.values())
    rungs = [_rung(broadcast, side, each, first_at) for side in sides for each in plans[side]]
    priority = PRIORITY[broadcast.urgency]
    enqueue(FIRST, broadcast.pk, due_at=first_at, priority=priority)
    for rung in Rung.objects.bulk_create(rungs):
        if rung.told_by == RUNG:
            channel = CHANNEL_OF.get(Action(rung.action), "")
            enqueue(RUNG, rung.pk, due_at=rung.due_at, priority=priority, channel=channel)


def _rung(broadcast: Broadcast, side: Side, each: Planned, first_at: dt.datetime) -> Rung:
    step = each.step
    is_first = step.action is Action.PUSH and step.to is To.ALL and each.due_at == first_at
    told_by = (FIRST if is_first else RUNG) if each.has_channel else ""
    return Rung(
        broadcast=broadcast,
        side=side,
        action=step.action,
        to=step.to,
        after=step.after,
        due_at=each.due_at,
        told_by=told_by,
    )
