"""Whom a rung tells at its moment: those alone about whom something is still to be done."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from django.db.models import QuerySet

from broadcasts.ladder import budget, first
from broadcasts.ladder.sides import of_side
from broadcasts.ladder.silent import silent_classes, silent_receipts, silent_units
from broadcasts.ladder.words import Action, Side, To
from broadcasts.leaders import leaders_of
from broadcasts.models import Broadcast, Receipt, Rung
from broadcasts.policy import teaching
from broadcasts.waiting import waiting
from registry.selectors import live_people

# For how many classes a teacher is told, by class.
Silent = dict[int, dict[int, int]]


def rung_of(pk: int, now: dt.datetime) -> Rung | None:
    """The rung, if its notice has not ended and nothing took its place."""
    rung = Rung.objects.select_related("broadcast__audience_org").filter(pk=pk, broadcast__superseded_by=None).first()
    if rung is None or (rung.after and rung.broadcast.ends_at and rung.broadcast.ends_at <= now):
        return None
    return rung


def concerned(rung: Rung, *, after: int, limit: int) -> list[int]:
    """The next people whom this rung tells, by rising id."""
    if rung.action == Action.CALL_LIST and rung.side == Side.HOUSEHOLDS:
        classes = silent_classes(rung.broadcast).values("school_class")
        taught = teaching().filter(school_class__in=classes, person__gt=after).order_by("person")
        return list(taught.values_list("person", flat=True).distinct()[:limit])
    if rung.action in (Action.CALL_LIST, Action.DEPUTY):
        return sorted(person for person in _leading(rung) if person > after)[:limit]
    told = receipts_of(rung).filter(person__gt=after).order_by("person")
    people = list(told.values_list("person", flat=True)[:limit])
    if is_first_of_households(rung) and budget.is_counted(rung.broadcast):
        first.spend(rung.broadcast, people)
    return people


def still_concerned(rung: Rung, people: Collection[int]) -> set[int]:
    """Those of these people whom the rung tells still, asked just before they are told."""
    if rung.action == Action.CALL_LIST and rung.side == Side.HOUSEHOLDS:
        return set(silent_of(rung.broadcast, people))
    if rung.action in (Action.CALL_LIST, Action.DEPUTY):
        return set(people) & _leading(rung)
    found = set(receipts_of(rung).filter(person__in=people).values_list("person", flat=True))
    if is_first_of_households(rung) and budget.is_counted(rung.broadcast):
        found -= budget.held_back(rung.broadcast, found)
    return found


def receipts_of(rung: Rung) -> QuerySet[Receipt]:
    """The receipts of those whom a push, SMS or e-mail of this rung is for."""
    if rung.to == To.ALL:
        return of_side(waiting(rung.broadcast_id), rung.broadcast, Side(rung.side))
    return silent_receipts(rung.broadcast, Side(rung.side))


def silent_of(broadcast: Broadcast, teachers: Collection[int]) -> Silent:
    """For each of these teachers who has any: their classes with how many pupils of whom nobody has confirmed."""
    pupils = {row["school_class"]: row["pupils"] for row in silent_classes(broadcast)}
    found: Silent = defaultdict(dict)
    taught = teaching().filter(person__in=teachers, school_class__in=list(pupils))
    for teacher, school_class in taught.values_list("person", "school_class").distinct():
        found[teacher][school_class] = pupils[school_class]
    return dict(found)


def is_first_of_households(rung: Rung) -> bool:
    """Whether it is the first that families hear of the notice: what their budget counts."""
    return rung.side == Side.HOUSEHOLDS and rung.to == To.ALL and rung.action == Action.PUSH


def _leading(rung: Rung) -> set[int]:
    """Of silent units those who stand in for the head, and have the notice; or, for the list, its author and who leads the
    unit that it went to."""
    units = silent_units(rung.broadcast)
    if not units:
        return set()
    if rung.action == Action.DEPUTY:
        others = {one.pk for who in units.values() for one in (*who.deputies, *who.office)}
        silent = silent_receipts(rung.broadcast, Side.STAFF).filter(person__in=others)
        return set(silent.values_list("person", flat=True))
    org = rung.broadcast.audience_org_id
    people = {rung.broadcast.author_id, *(one.pk for one in leaders_of([org])[org].everybody)}
    return set(live_people().filter(pk__in=people).values_list("pk", flat=True))
