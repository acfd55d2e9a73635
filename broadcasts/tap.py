"""When somebody did what their device tells of only now: it was without a line. By the server's clock."""

import datetime as dt
from dataclasses import dataclass

# The way here takes up to this long on a slow line. A clock no further off is right, and a second try says the same time.
_ON_THE_WAY = dt.timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Tap:
    """What the device says: when it was, and what its own clock showed as it told of it. Neither: now."""

    at: dt.datetime | None = None
    sent_at: dt.datetime | None = None

    def true_time(self, *, published_at: dt.datetime, now: dt.datetime) -> dt.datetime:
        """When it was, not before the notice and not in the future. A clock that is wrong still knows how long ago it was;
        one that was set meanwhile knows nothing, and is taken at its word within those bounds."""
        if self.at is None:
            return now
        at = self.at
        if self.sent_at is not None and abs(now - self.sent_at) > _ON_THE_WAY:
            # Bounded before it is taken off: no time that a client can write leads out of the calendar.
            at = now - min(max(self.sent_at - at, dt.timedelta()), now - published_at)
        return max(min(at, now), published_at)


NOW = Tap()
