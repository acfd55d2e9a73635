"""Local denies: made and ended here, at once, whatever the registry says and whether or not one of its runs is held."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from registry import audit, override_policy
from registry.changes import AccessChange
from registry.denies import in_force, same_humans
from registry.models import Account, LocalOverride, Org, Person, Source
from registry.override_policy import ConcernsYou, NotYours
from registry.selectors import today
from registry.signals import access_changed
from registry.sync.households import rebuild_households
from registry.sync.loading import unhurried

__all__ = ["ConcernsYou", "NotYours", "deny", "end", "join_households"]

# A server that was off on the day finds it later.
LOOK_BACK = dt.timedelta(days=30)


@transaction.atomic
def deny(
    person: Person,
    *,
    by: Account,
    reason: str,
    student: Person | None = None,
    org: Org | None = None,
    until: dt.date | None = None,
    review_on: dt.date | None = None,
) -> LocalOverride:
    """This person is denied as the guardian of `student`, or in `org` and below it, or with neither of them everywhere,
    from the commit on. The very same deny again is the first one. Raises NotYours and ConcernsYou (decision 22)."""
    if not reason.strip() or (until is None and review_on is None) or (student is not None and org is not None):
        raise ValueError("a deny needs a reason, an end or a review date, and concerns a child or an org")
    # An import may be deriving seats just now: this waits for it, and is never dropped because it had to wait.
    unhurried()
    decider = _person_of(by)
    seat = override_policy.seat_for(decider, person, student=student, org_id=org.pk if org else None)
    asked = {"person": person, "student": student, "org": org, "until": until, "review_on": review_on}
    standing = in_force(today()).filter(**asked, made_by=by, reason=reason.strip()).first()
    if standing is not None:
        return standing
    override = LocalOverride.objects.create(**asked, made_by=by, reason=reason.strip())
    _tell(override)
    _record(decider, "override.made", override, seat=seat, told=override_policy.told_above(seat))
    return override


@transaction.atomic
def end(override: LocalOverride, *, by: Account, reason: str) -> LocalOverride:
    """The deny is over; what the registry says counts again from the commit on. Ended already: nothing changes. Raises
    NotYours to whoever may not, also where it was made from above them."""
    if not reason.strip():
        raise ValueError("ending a deny needs a reason")
    unhurried()
    decider = _person_of(by)
    held = LocalOverride.objects.select_for_update(no_key=True, of=("self",)).get(pk=override.pk)
    if not override_policy.may_end(decider, held):
        raise NotYours
    if held.ended_at is None:
        held.ended_at, held.ended_by, held.end_reason = timezone.now(), by, reason.strip()
        held.save(update_fields=["ended_at", "ended_by", "end_reason"])
        _tell(held)
        seat = override_policy.seat_for(decider, held.person, student=held.student, org_id=held.org_id)
        _record(decider, "override.ended", held, seat=seat, told=[])
    return held


@transaction.atomic
def join_households(day: dt.date) -> int:
    """Households join again where a custody deny ended by itself lately; how many people moved. Seats come back with the
    daily revision."""
    over = LocalOverride.objects.filter(
        until__gt=day - LOOK_BACK, until__lte=day, ended_at__isnull=True, student__isnull=False
    )
    people = {pk for pair in over.values_list("person_id", "student_id") for pk in pair}
    return _revise_households(same_humans(people)) if people else 0


def _tell(override: LocalOverride) -> None:
    people = {override.person_id} | ({override.student_id} if override.student_id else set())
    concerned = same_humans(people)
    if override.student_id:
        _revise_households(concerned)
    access_changed.send(sender=LocalOverride, change=AccessChange(people=concerned))


def _record(decider: Person, act: str, override: LocalOverride, *, seat: int, told: list[int]) -> None:
    """Last, because every other audited act waits for this transaction once its line is written. Ids only. It is the business
    of the unit from which it was decided: nobody whom it concerns heads that one (decision 22)."""
    ids = {"person": override.person_id, "student": override.student_id, "org": override.org_id}
    audit.record(decider, act, subject=f"override:{override.pk}", concerning=seat, **ids, told=told)


def _person_of(account: Account) -> Person:
    if account.person is None:
        raise NotYours
    return account.person


def _revise_households(people: set[int]) -> int:
    sources = Source.objects.filter(pk__in=Person.objects.filter(pk__in=people).values("source"))
    return sum(rebuild_households(source, people) for source in sources)
