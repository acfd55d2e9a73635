"""What delivery tells of a rung, and of the evening's digest."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from broadcasts import selectors
from broadcasts.ladder import budget, telling
from broadcasts.ladder.silent import silent_units
from broadcasts.ladder.words import RUNG, Action, Side, To
from broadcasts.models import Broadcast, HomePush, Rung, Urgency
from broadcasts.told import is_among_staff, notices_of
from broadcasts.urgency import PRIORITY
from delivery.sources import Notice, NoticeSource, Priority, source
from registry.selectors import live_roles


@source(RUNG)
class RungNotices(NoticeSource):
    """Tells those about whom something is still to be done when the rung is due."""

    def recipients(self, subject: int, *, after: int, limit: int) -> list[int]:
        """Nobody once all have confirmed, or the notice has ended."""
        rung = telling.rung_of(subject, timezone.now())
        return telling.concerned(rung, after=after, limit=limit) if rung else []

    def notices_for(self, subject: int, person_ids: Collection[int], *, language: str) -> dict[int, Notice]:
        """The notice once more; or, to those who are to do something about others, that they should, and where."""
        rung = telling.rung_of(subject, timezone.now())
        if rung is None:
            return {}
        people = telling.still_concerned(rung, person_ids)
        if rung.action == Action.DEPUTY:
            errand = _errand(rung, _("Your unit has not confirmed yet"), f"/thong-bao/{rung.broadcast_id}")
            return dict.fromkeys(people, errand)
        if rung.action == Action.CALL_LIST:
            return _call_lists(rung, people)
        told = notices_of(rung.broadcast, people)
        return told if rung.to == To.ALL else {person: _again(rung, notice) for person, notice in told.items()}


@source(budget.DIGEST)
class DigestNotices(NoticeSource):
    """Tells households in the evening what did not ring for them during the day; what was opened meanwhile is left out."""

    def recipients(self, subject: int, *, after: int, limit: int) -> list[int]:
        """The next people with anything left, by rising id."""
        with transaction.atomic():
            # What is being decided just now still belongs to it.
            budget.take_turn()
            held = _left(dt.date.fromordinal(subject)).filter(person__gt=after)
            return list(held.order_by("person").values_list("person", flat=True).distinct()[:limit])

    def notices_for(self, subject: int, person_ids: Collection[int], *, language: str) -> dict[int, Notice]:
        """How many, and their titles by child."""
        day = dt.date.fromordinal(subject)
        held: dict[int, list[Broadcast]] = defaultdict(list)
        for row in _left(day).filter(person__in=person_ids).select_related("broadcast").order_by("broadcast"):
            held[row.person_id].append(row.broadcast)
        children = _children(held)
        return {
            person: Notice(
                type="digest",
                id=subject,
                tag=f"digest-{subject}",
                title=_("More notices today: {count}").format(count=len(notices)),
                body=_by_child(notices, children[person]),
                url="/thong-bao",
                urgency=Urgency.ORDINARY,
                at=budget.digest_time(day),
                priority=Priority.NOTICE,
            )
            for person, notices in held.items()
        }


def _again(rung: Rung, notice: Notice) -> Notice:
    """The same notice, said to be a reminder: it takes the place of the first on the phone."""
    return replace(notice, title=_("Reminder: {title}").format(title=notice.title), at=rung.due_at)


def _call_lists(rung: Rung, people: Collection[int]) -> dict[int, Notice]:
    """How many are still to be called, and where they are named."""
    broadcast = rung.broadcast
    if rung.side == Side.STAFF:
        count = len(silent_units(broadcast))
        title = _("Units to call, not confirmed: {count}")
        told = _errand(rung, title.format(count=count), f"/bang-dieu-hanh/{broadcast.pk}")
        return dict.fromkeys(people, told)
    found = {}
    for teacher, classes in telling.silent_of(broadcast, people).items():
        count = sum(classes.values())
        title = _("Families to call, not confirmed: {count}")
        where = f"/lop/{broadcast.pk}" + (f"/lop/{next(iter(classes))}" if len(classes) == 1 else "")
        found[teacher] = _errand(rung, title.format(count=count), where)
    return found


def _errand(rung: Rung, title: str, url: str) -> Notice:
    """Something to be done about a notice: beside the notice on the phone, not in its place."""
    broadcast = rung.broadcast
    return Notice(
        type="errand",
        id=broadcast.pk,
        tag=f"errand-{rung.action}-{broadcast.pk}",
        title=_("[EXERCISE] {title}").format(title=title) if broadcast.is_exercise else title,
        body="" if is_among_staff(broadcast) else broadcast.title,
        url=url,
        urgency=broadcast.urgency,
        at=rung.due_at,
        priority=PRIORITY[broadcast.urgency],
    )


def _left(day: dt.date) -> QuerySet[HomePush]:
    """What waits for the digest of that day, and is neither opened nor taken away by now."""
    unread = selectors.receipts().filter(
        broadcast=OuterRef("broadcast"), person=OuterRef("person"), seen_at__isnull=True
    )
    is_live = Exists(live_roles().filter(person=OuterRef("person")))
    return HomePush.objects.filter(Exists(unread), is_live, digest_on=day, broadcast__superseded_by=None)


def _children(held: dict[int, list[Broadcast]]) -> dict[int, dict[int, list[str]]]:
    """The given names of the children for whom each of these people has each of these notices."""
    found: dict[int, dict[int, list[str]]] = {person: defaultdict(list) for person in held}
    notices = {one.pk for each in held.values() for one in each}
    standing = selectors.reasons().filter(person__in=list(held), broadcast__in=notices, student__isnull=False)
    rows = standing.order_by("student").values_list("person", "broadcast", "student__given_name")
    for person, broadcast, name in rows:
        found[person][broadcast].append(name)
    return found


def _by_child(notices: list[Broadcast], children: dict[int, list[str]]) -> str:
    """A line for each child, or several that a notice is about together: whose, and the titles."""
    lines: dict[str, list[str]] = defaultdict(list)
    for one in notices:
        lines[", ".join(children.get(one.pk, []))].append(one.title)
    return "\n".join(f"{names}: {'; '.join(titles)}" if names else "; ".join(titles) for names, titles in lines.items())
