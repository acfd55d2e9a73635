"""How soon a notice will be seen, judged by how soon these households saw the last ones."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Case, F, IntegerField, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from broadcasts.models import Receipt
from registry.lists import these

WITHIN = dt.timedelta(hours=1)
# Habits change: nothing older, and of each person the last ones alone.
OLDEST = dt.timedelta(days=90)
LAST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The share of households that had opened a notice within an hour, 0 to 1, over `based_on` earlier notices. None
    where there were none."""

    share_in_an_hour: float | None
    based_on: int


def forecast_of(homes: Mapping[int, int]) -> Forecast:
    """By what became of the last notices to these people, given with their household. Drills do not count."""
    seen: dict[tuple[int, int], bool] = {}
    for person, broadcast, was_quick in _last_receipts(homes):
        key = homes[person], broadcast
        seen[key] = seen.get(key, False) or bool(was_quick)
    share = round(sum(seen.values()) / len(seen), 3) if seen else None
    return Forecast(share_in_an_hour=share, based_on=len({broadcast for _home, broadcast in seen}))


def _last_receipts(homes: Mapping[int, int]) -> list[tuple[int, int, int]]:
    """(person, notice, whether seen within the hour), the hour of each being over."""
    now = timezone.now()
    in_time = When(seen_at__lte=F("broadcast__published_at") + WITHIN, then=Value(1))
    found = Receipt.objects.filter(
        person__in=these(homes),
        broadcast__is_exercise=False,
        broadcast__published_at__gt=now - OLDEST,
        broadcast__published_at__lte=now - WITHIN,
    ).annotate(
        was_quick=Case(in_time, default=Value(0), output_field=IntegerField()),
        turn=Window(RowNumber(), partition_by="person", order_by="-broadcast"),
    )
    return list(found.filter(turn__lte=LAST).values_list("person", "broadcast", "was_quick"))
