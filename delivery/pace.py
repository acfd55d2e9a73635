"""When to try again, and who is given a rest. Pure: time is passed in."""

import datetime as dt

from delivery.channels import DeliveryError, Fault

_FIRST_WAIT = 5.0
_LONGEST_WAIT = 900.0
# So many failures in a row mean that the service is down, not the address: it is left alone for a minute.
_FAILURES_IN_A_ROW = 5
_REST = dt.timedelta(seconds=60)
# Later than this nobody wants to be told: the app has shown it long since, or the phone is not used any more.
WORTH_TELLING = dt.timedelta(days=3)
# A lively room rings a phone at most so often.
QUIET = dt.timedelta(seconds=30)


def wait_after(failures: int, asked: float | None = None) -> dt.timedelta:
    """5 s, 10 s, 20 s … 15 minutes after the first, second, third failure; a service that asks for longer gets it."""
    doubled = _FIRST_WAIT * 2.0 ** min(failures - 1, 10)
    return dt.timedelta(seconds=max(min(doubled, _LONGEST_WAIT), 0) if asked is None else max(asked, 1.0))


class Rests:
    """Services and addresses that are left alone for now. Each worker keeps its own: a guess, not a promise."""

    def __init__(self) -> None:
        self._failures: dict[str, int] = {}
        self._until: dict[str, dt.datetime] = {}

    def until(self, service: str, address: str, now: dt.datetime) -> dt.datetime | None:
        """When this address may be tried again, if not now."""
        ends = [end for key in (service, address) if (end := self._until.get(key)) is not None]
        latest = max(ends, default=now)
        return latest if latest > now else None

    def succeeded(self, service: str) -> None:
        """The service works."""
        self._failures.pop(service, None)

    def failed(self, service: str, address: str, error: DeliveryError, *, until: dt.datetime, now: dt.datetime) -> None:
        """It did not; what is known about how long to wait holds for everything else that waits for the same."""
        if error.permanent:
            return
        self._forget_past(now)
        self._until[address] = until
        if error.fault is not Fault.SERVICE:
            return
        self._failures[service] = self._failures.get(service, 0) + 1
        if error.retry_after is not None:
            self._until[service] = until
        elif self._failures[service] >= _FAILURES_IN_A_ROW:
            self._until[service] = now + _REST
            self._failures[service] = 0

    def _forget_past(self, now: dt.datetime) -> None:
        if len(self._until) > 10_000:
            self._until = {key: end for key, end in self._until.items() if end > now}
