"""Sources that were not read for too long (T42). Only one that is pulled by schedule can be late: who uploads by hand does so
when there is something to upload."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from registry.models import Role, Source

# A night was missed; two were, and staff should know; what begins now may have been taken back there long since.
ALARM = dt.timedelta(hours=26)
BANNER = dt.timedelta(hours=48)
NO_NEW_RIGHTS = dt.timedelta(days=7)


def silent_sources(at_least: dt.timedelta = ALARM, now: dt.datetime | None = None) -> dict[int, dt.datetime]:
    """Scheduled sources that were not read well for so long, with when they last were (or were made)."""
    before = (now or timezone.now()) - at_least
    silent = Source.objects.filter(runs_at__isnull=False).annotate(last=Coalesce("heard_at", "created_at"))
    return dict(silent.filter(last__lt=before).order_by("pk").values_list("pk", "last"))


def stale_since(roles: Iterable[Role], now: dt.datetime | None = None) -> dt.datetime | None:
    """Since when what these roles stand on is out of date, if for two days or more. Their sources are loaded with them."""
    before = (now or timezone.now()) - BANNER
    scheduled = {role.source for role in roles if role.source.runs_at is not None}
    last = [source.heard_at or source.created_at for source in scheduled]
    return min((each for each in last if each < before), default=None)


# Of each source silent for longer than that, the last day on which something may begin. Looked up now and then and not in
# every query: there is hardly ever one, and rights are asked for on the path of every message.
_last_days: dict[int, dt.date] = {}


def look() -> None:
    """Learn which sources are silent by now: once a minute in a server, and before members are revised."""
    last_days = {pk: timezone.localdate(last + NO_NEW_RIGHTS) for pk, last in silent_sources(NO_NEW_RIGHTS).items()}
    _last_days.clear()
    _last_days.update(last_days)


def hear(source: Source) -> bool:
    """Take down, in the transaction that writes what it said, that this source was read well just now. Whether it had been
    silent for so long that what was to begin has waited: all of it has to be derived then, changed or not."""
    was_silent = source.pk in silent_sources(NO_NEW_RIGHTS)
    Source.objects.filter(pk=source.pk).update(heard_at=timezone.now())
    if was_silent:
        look()
    return was_silent


def silence() -> frozenset[tuple[int, dt.date]]:
    """What told_in_time() says just now, for whoever keeps a query that it is part of."""
    return frozenset(_last_days.items())


def told_in_time(begins: str = "begins_on") -> Q:
    """Condition on a row: what begins by its date alone does so within a week of its source's last word.

    Rights that stood go on and end as ever. What is newer waits until the source is heard again (T42).
    """
    condition = Q()
    for pk, day in _last_days.items():
        condition &= ~Q(**{"source": pk, f"{begins}__gt": day})
    return condition
