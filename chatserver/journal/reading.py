"""A page of the journal with all that is told of its lines: a fixed number of statements, however many they are."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from broadcasts.models import Broadcast, Draft
from chatserver.journal.groups import condition
from chatserver.journal.policy import Desk, named_orgs
from registry.models import AuditLine, Person
from registry.shapes import org_ref


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; what is None narrows nothing. Days as in Vietnam, both within."""

    org: int | None = None
    group: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    before: int | None = None


def page_of(desk: Desk, wanted: Wanted, *, limit: int) -> dict[str, Any]:
    """The newest lines that match, older than `before`; and whether these are the last."""
    lines = desk.lines(wanted.org)
    if wanted.group:
        lines = lines.filter(condition(wanted.group))
    if wanted.since:
        lines = lines.filter(at__gte=_begin(wanted.since))
    if wanted.until:
        lines = lines.filter(at__lt=_begin(wanted.until + dt.timedelta(days=1)))
    if wanted.before:
        lines = lines.filter(pk__lt=wanted.before)
    page = list(lines.order_by("-pk")[: limit + 1])
    return {"lines": _told(desk, page[:limit]), "complete": len(page) <= limit}


def _begin(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _told(desk: Desk, lines: Sequence[AuditLine]) -> list[dict[str, Any]]:
    subjects = {line.pk: _subject(line) for line in lines}
    actors = desk.actors({line.actor_id for line in lines if line.actor_id})
    people = desk.people({pk for kind, pk in subjects.values() if kind == "person"})
    titles, orgs = _titles(subjects.values()), named_orgs(lines)
    return [
        {
            "id": line.pk,
            "at": line.at,
            "act": line.act,
            "org": org_ref(orgs[line.org_id]) if line.org_id in orgs else None,
            "by": _colleague(actors[line.actor_id]) if line.actor_id in actors else None,
            "by_id": line.actor_id,
            "about": _about(subjects[line.pk], people, titles),
            "facts": {"people": _count(line.details.get("people"))},
            "digest": line.digest,
        }
        for line in lines
    ]


def _subject(line: AuditLine) -> tuple[str, int]:
    """What the line is about. What was done to a part of a notice is told as done to the notice."""
    if isinstance(line.details.get("broadcast"), int):
        return "broadcast", line.details["broadcast"]
    kind, _, number = line.subject.partition(":")
    return (kind, int(number)) if number.isdigit() else ("", 0)


def _titles(subjects: Any) -> dict[tuple[str, int], tuple[int, str]]:
    """Of notices, and of drafts that became one: id and title."""
    named = set(subjects)
    sent = Broadcast.objects.filter(pk__in=[pk for kind, pk in named if kind == "broadcast"])
    found = {("broadcast", pk): (pk, title) for pk, title in sent.values_list("pk", "title")}
    left = Draft.objects.filter(pk__in=[pk for kind, pk in named if kind == "draft"], broadcast__isnull=False)
    for pk, broadcast, title in left.values_list("pk", "broadcast", "broadcast__title"):
        found["draft", pk] = (broadcast, title)
    return found


def _about(
    subject: tuple[str, int], people: dict[int, Person], titles: dict[tuple[str, int], tuple[int, str]]
) -> dict[str, Any]:
    kind, pk = subject
    if subject in titles:
        notice, title = titles[subject]
        return {"kind": "broadcast", "id": notice, "title": title}
    return {"kind": kind, "id": pk, "title": people[pk].name if kind == "person" and pk in people else None}


def _colleague(person: Person) -> dict[str, Any]:
    return {"id": person.pk, "name": person.name, "position": person.position}


def _count(people: Any) -> int | None:
    """How many, where the line says so; some name each of them."""
    if isinstance(people, list):
        return len(people)
    return people if isinstance(people, int) else None
