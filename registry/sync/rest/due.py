"""Which sources are to be pulled now: each once a night, a missed night as soon as somebody looks."""

import datetime as dt

from django.utils import timezone

from registry.models import Source, SyncRun
from registry.sync.rest.codes import PASSING

# What may pass by itself is tried again so often in the same night, and no sooner than so.
MOST_TRIES = 4
BETWEEN_TRIES = dt.timedelta(hours=1)


def due_sources(now: dt.datetime | None = None) -> list[Source]:
    """REST sources whose time came since they were last pulled by schedule."""
    at = now or timezone.now()
    sources = Source.objects.filter(kind=Source.Kind.REST, runs_at__isnull=False).order_by("pk")
    return [source for source in sources if is_due(source, at)]


def is_due(source: Source, now: dt.datetime | None = None) -> bool:
    """Whether its time came since it was last pulled by schedule, or what went wrong then may have passed."""
    at = now or timezone.now()
    if source.runs_at is None:
        return False
    since = latest_time(source.runs_at, at)
    tries = SyncRun.objects.filter(source=source, trigger=SyncRun.Trigger.SCHEDULE, started_at__gte=since)
    newest = tries.order_by("-pk").first()
    if newest is None:
        return True
    went_wrong = newest.refusal_code in PASSING or newest.state == SyncRun.State.FAILED
    return went_wrong and newest.started_at <= at - BETWEEN_TRIES and tries.count() < MOST_TRIES


def latest_time(runs_at: dt.time, now: dt.datetime) -> dt.datetime:
    """The last time the clock in Vietnam showed it."""
    here = timezone.localtime(now)
    today = here.replace(hour=runs_at.hour, minute=runs_at.minute, second=runs_at.second, microsecond=0)
    return today if today <= here else today - dt.timedelta(days=1)
