"""Drafts as those may see them who ask."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils import timezone

from broadcasts import approvers
from broadcasts.models import Draft
from realtime.errors import NotFound
from registry.models import Person

State = Draft.State
# How long those who could have decided are shown that the author went without them.
REPORTED_FOR = dt.timedelta(days=7)
# What a list of drafts is about: the others have become notices, or nothing.
ON_HAND = (State.WRITING, State.RETURNED, State.SUBMITTED, State.LEAVING)


def own(person: Person, *, before: int | None, limit: int) -> tuple[list[Draft], bool]:
    """This person's drafts, newest first, older than `before`; and whether these are the last."""
    found = told().filter(author=person, state__in=ON_HAND).order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    page = list(found[: limit + 1])
    return page[:limit], len(page) <= limit


def own_one(person: Person, draft_id: int) -> Draft:
    """One of this person's drafts, whatever has become of it; NotFound."""
    found = told().filter(author=person, pk=draft_id).first()
    if found is None:
        raise NotFound
    return found


def waiting_for(person: Person) -> QuerySet[Draft]:
    """The drafts that this person may decide about now, the most pressing first."""
    waiting = approvers.open_to(person).filter(state=State.SUBMITTED, decide_by__gt=timezone.now())
    return _with_names(waiting).order_by("decide_by", "pk")


def reported_to(person: Person) -> QuerySet[Draft]:
    """What was sent lately without the second person that this person could have been; newest first."""
    since = timezone.now() - REPORTED_FOR
    broken = approvers.open_to(person).exclude(broke_glass_reason="").filter(submitted_at__gt=since)
    return _with_names(broken).order_by("-submitted_at", "-pk")


def decidable(person: Person, draft_id: int) -> Draft:
    """The draft as a second person may see it: while it waits, when they decided about it, or were told of it. NotFound."""
    mine = Q(state=State.SUBMITTED) | Q(decided_by=person) | Q(pk__in=reported_to(person).values("pk"))
    found = _with_names(approvers.open_to(person)).filter(mine, pk=draft_id).first()
    if found is None:
        raise NotFound
    return found


def told() -> QuerySet[Draft]:
    """Drafts with what is shown of them."""
    return _with_names(Draft.objects.all())


def _with_names(drafts: QuerySet[Draft]) -> QuerySet[Draft]:
    return drafts.select_related("author", "issuer", "decided_by", "relays__broadcast").prefetch_related("attachments")


def locked(draft_id: int, *, skip: bool = False) -> Draft | None:
    """The draft, and nobody else changes it until the transaction ends; None: there is none, or (skip) it is in hand."""
    rows = Draft.objects.select_for_update(of=("self",), skip_locked=skip)
    return rows.select_related("author", "issuer").filter(pk=draft_id).first()


def locked_own(person: Person, draft_id: int) -> Draft:
    """The same for the author; NotFound for everybody else."""
    found = locked(draft_id)
    if found is None or found.author_id != person.pk:
        raise NotFound
    return found
