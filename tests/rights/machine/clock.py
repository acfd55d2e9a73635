"""The day on which a walk stands. The whole server reads the time in one place, and so do tests that turn it."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.utils import timezone

START = dt.datetime(2026, 10, 5, 1, 0, tzinfo=dt.UTC)


class Clock:
    """A time that moves a little with every step, and by days when told."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> dt.datetime:
        return self.now

    @property
    def day(self) -> dt.date:
        """In Vietnam."""
        return timezone.localdate(self.now)

    def tick(self) -> None:
        """Ten seconds later: a package of the next step is newer than the one before."""
        self.now += dt.timedelta(seconds=10)

    def to_midnight(self, days: int) -> None:
        """Some days later, three minutes after midnight in Vietnam."""
        local = timezone.localtime(self.now) + dt.timedelta(days=days)
        self.now = local.replace(hour=0, minute=3, second=0, microsecond=0).astimezone(dt.UTC)

    def stamp(self) -> str:
        """As a package writes it."""
        return self.now.strftime("%Y-%m-%dT%H:%M:%S.000Z")

    @contextmanager
    def running(self) -> Iterator[None]:
        """While the block runs, this is the time."""
        with mock.patch("django.utils.timezone.now", self):
            yield

    @staticmethod
    def local_day(moment: dt.datetime) -> dt.date:
        """The day in Vietnam of another moment."""
        return timezone.localdate(moment)
