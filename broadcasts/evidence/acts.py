"""What was done with a notice, line by line of the audit trail."""

from collections.abc import Iterator
from itertools import islice

from django.utils import timezone

from broadcasts.models import Broadcast, Contact, Draft, Node
from registry import audit
from registry.models import AuditLine, Person

VIEW = "broadcast.view"
QUESTIONS_VIEW = "question.view"
TOOK_ITS_PLACE = ("broadcast.correct", "broadcast.recall")
AT_ONCE = 500


def acts_on(broadcast: Broadcast) -> list[AuditLine]:
    """Every line about this notice: it, the draft that it was, the parts of units in it, what was noted by hand, what took
    its place; oldest first."""
    subjects, found = _subjects(broadcast), list[AuditLine]()
    while some := list(islice(subjects, AT_ONCE)):
        found += AuditLine.objects.filter(subject__in=some)
    for newer in Broadcast.objects.filter(corrects=broadcast):
        found += AuditLine.objects.filter(subject=f"broadcast:{newer.pk}", act__in=TOOK_ITS_PLACE)
    return sorted(found, key=lambda line: line.pk)


def record_view(person: Person, broadcast: Broadcast) -> None:
    """Note that somebody read a notice as one who oversees it: once a day, whose it is to know sees it for ever. Who wrote
    it or approved it has read it anyway."""
    if person.pk not in {broadcast.author_id, broadcast.approved_by_id}:
        _once_a_day(person, VIEW, broadcast)


def record_questions_viewed(person: Person, broadcast: Broadcast) -> None:
    """Note, once a day, that somebody read what families asked in conversations in which they have no seat."""
    _once_a_day(person, QUESTIONS_VIEW, broadcast)


def _once_a_day(person: Person, act: str, broadcast: Broadcast) -> None:
    subject, begin = (
        f"broadcast:{broadcast.pk}",
        timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0),
    )
    if not AuditLine.objects.filter(subject=subject, act=act, actor=person.pk, at__gte=begin).exists():
        audit.record(person, act, subject=subject, concerning=broadcast.issuer_id)


def _subjects(broadcast: Broadcast) -> Iterator[str]:
    yield f"broadcast:{broadcast.pk}"
    for name, rows in (("draft", Draft), ("node", Node), ("contact", Contact)):
        for pk in rows._default_manager.filter(broadcast=broadcast).values_list("pk", flat=True):
            yield f"{name}:{pk}"
