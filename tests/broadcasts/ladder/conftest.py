"""A clock that is moved by hand, everybody's phones, and an hour at which nobody sleeps."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from registry.models import Person
from tests.cast import Cast
from tests.delivery.conftest import Work, service, work
from tests.delivery.push_service import Browser, PushService

__all__ = ["service", "work"]
HERE = ZoneInfo("Asia/Ho_Chi_Minh")
# A Tuesday.
DAY = dt.date(2026, 10, 6)


def at(hour: int, minute: int = 0, *, days: int = 0) -> dt.datetime:
    """That time of the day on which the tests happen, or so many days later."""
    return dt.datetime.combine(DAY, dt.time(hour, minute), tzinfo=HERE) + dt.timedelta(days=days)


class Phones:
    """Everybody's phone, the outsider's too: what rang on it since it was last asked."""

    def __init__(self, cast: Cast, service: PushService, work: Work) -> None:
        self.work, self.service = work, service
        self.browsers = {name: Browser(service.url(name)) for name in cast.people()}
        self.heard = 0
        for name, person in cast.people().items():
            self.browsers[name].subscribe(person)

    def add(self, name: str, person: Person) -> None:
        """Somebody else's."""
        self.browsers[name] = Browser(self.service.url(name))
        self.browsers[name].subscribe(person)

    def ring(self, until: dt.datetime) -> dict[str, list[dict]]:
        """It is that late now; all that is due is told, and this is what rang, by name."""
        self.work.clock.now = until.astimezone(dt.UTC)
        self.work()
        new, self.heard = self.service.pushes[self.heard :], len(self.service.pushes)
        told: dict[str, list[dict]] = {}
        for push in new:
            name = push.path.strip("/")
            told.setdefault(name, []).append(self.browsers[name].read(push))
        return told


@pytest.fixture
def phones(committed_cast: Cast, service: PushService, work: Work) -> Phones:
    """It is ten in the morning."""
    work.clock.now = at(10).astimezone(dt.UTC)
    return Phones(committed_cast, service, work)


@pytest.fixture
def night(settings) -> None:
    """Quiet hours as they come."""
    settings.QUIET_HOURS = "21:00-06:00"
