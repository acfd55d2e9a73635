"""Quiet hours: wall-clock times of the place, whatever its offset does. Pure: time is passed in."""

import datetime as dt
import re
from dataclasses import dataclass

from django.utils import timezone

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Quiet:
    """From and to in minutes after midnight; the same twice: none."""

    begins: int
    ends: int

    def over(self, moment: dt.datetime) -> dt.datetime:
        """The moment itself outside of quiet hours, else their end."""
        here = timezone.localtime(moment)
        minute = here.hour * 60 + here.minute
        if not self._holds(minute):
            return moment
        day = here.date() + dt.timedelta(days=1 if self.ends <= minute else 0)
        end = dt.datetime.combine(day, dt.time(self.ends // 60, self.ends % 60), tzinfo=here.tzinfo)
        # An end that the clocks leap over does not exist; a moment later does.
        return max(moment, end.astimezone(dt.UTC))

    def _holds(self, minute: int) -> bool:
        if self.begins <= self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends


def minutes_of(text: str) -> int:
    """Minutes after midnight of "21:00"; a ValueError otherwise."""
    read = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", text, re.ASCII)
    if read is None:
        raise ValueError("no time of the day")
    return int(read[1]) * 60 + int(read[2])


def written(minutes: int) -> str:
    """ "21:00" of minutes after midnight."""
    return f"{minutes // 60:02}:{minutes % 60:02}"
