"""Days of the demo week, lived through one after another."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.utils import timezone


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Inside, the real actions see `moment` as now: the demo's past is written by them and not into their tables."""
    with patch("django.utils.timezone.now", lambda: moment):
        yield


def moment(*, days_ago: int, hour: int, minute: int) -> dt.datetime:
    """That time of that day in Vietnam, but never later than a minute ago."""
    today = timezone.localtime(timezone.now())
    wanted = (today - dt.timedelta(days=days_ago)).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return min(wanted, today - dt.timedelta(minutes=1))
