"""Which rungs a notice has, and when. Pure: the same for who only asks and for what is sent."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from broadcasts.ladder.quiet import Quiet
from broadcasts.ladder.words import CHANNEL_OF, Key, Step, Table, waits_for_morning


@dataclass(frozen=True, slots=True)
class Planned:
    """One rung: when it is due, and whether there is a channel for it."""

    step: Step
    due_at: dt.datetime
    has_channel: bool


def planned(
    table: Table,
    key: Key,
    *,
    published_at: dt.datetime,
    ends_at: dt.datetime | None,
    quiet: Quiet,
    channels: Collection[str],
) -> list[Planned]:
    """The rungs of a notice of this urgency for this side, in order. Where quiet hours hold, what falls into them waits for
    the morning, and what comes after it is counted from when the family was told first. Nothing happens after the end."""
    waits = waits_for_morning(key)
    told_at = quiet.over(published_at) if waits else published_at
    found = []
    for step in table[key]:
        due_at = told_at + dt.timedelta(minutes=step.after)
        due_at = quiet.over(due_at) if waits else due_at
        channel = CHANNEL_OF.get(step.action)
        if step.after == 0 or ends_at is None or due_at < ends_at:
            found.append(Planned(step, due_at, channel is None or channel in channels))
    return found
