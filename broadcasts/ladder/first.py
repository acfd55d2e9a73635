"""Who is told of a notice when it leaves: all who have it, as far as no family waits for the morning or has had its share of
the day."""

from collections.abc import Collection

from django.db.models import QuerySet

from broadcasts.ladder import budget
from broadcasts.ladder.sides import of_side, sides_of
from broadcasts.ladder.words import RUNG, Action, Side, waits_for_morning
from broadcasts.models import Broadcast, Receipt, Urgency
from broadcasts.waiting import waiting
from registry.lists import these


def recipients(broadcast: Broadcast, *, after: int, limit: int) -> list[int]:
    """The next people who have not opened it, by rising id; what it costs their households is written down."""
    found = _told_now(broadcast).filter(person__gt=after).order_by("person")
    people = list(found.values_list("person", flat=True)[:limit])
    if budget.is_counted(broadcast) and Side.HOUSEHOLDS in sides_of(broadcast):
        spend(broadcast, people)
    return people


def still_waiting(broadcast: Broadcast, people: Collection[int]) -> list[int]:
    """Those of these people who have not opened it and for whom it does not wait for a digest."""
    found = _told_now(broadcast).filter(person__in=these(people)).values_list("person", flat=True)
    if not budget.is_counted(broadcast):
        return list(found)
    held = budget.held_back(broadcast, people)
    return [person for person in found if person not in held]


def spend(broadcast: Broadcast, people: Collection[int]) -> None:
    """Of these people those who have it as a family: whether it rings for them now."""
    at_home = set(people)
    if Side.STAFF in sides_of(broadcast):
        told = Receipt.objects.filter(broadcast=broadcast, person__in=people)
        at_home -= set(of_side(told, broadcast, Side.STAFF).values_list("person", flat=True))
    budget.spend(broadcast, sorted(at_home))


def _told_now(broadcast: Broadcast) -> QuerySet[Receipt]:
    found = waiting(broadcast.pk)
    return of_side(found, broadcast, Side.STAFF) if _families_wait(broadcast) else found


def _families_wait(broadcast: Broadcast) -> bool:
    """Whether they are told in the morning, by a rung of their own, and the staff now."""
    may_wait = waits_for_morning((Urgency(broadcast.urgency), Side.HOUSEHOLDS)) and len(sides_of(broadcast)) > 1
    first = broadcast.rungs.filter(side=Side.HOUSEHOLDS, after=0, action=Action.PUSH, told_by=RUNG)
    return may_wait and first.exists()
