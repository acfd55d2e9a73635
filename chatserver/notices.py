"""What chatserver itself has pushed to people: that somebody's second factor was taken from them."""

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from delivery.sources import Notice, NoticeSource, Priority, source
from registry.models import AuditLine, OrgClosure, Role
from registry.models.record import Status
from registry.override_policy import HEADS
from registry.selectors import live_roles


@source("let_in")
class LetInNotices(NoticeSource):
    """Tells those who head the person's orgs and the ones right above, whoever did it; the subject is the audit line."""

    def recipients(self, subject: int, *, after: int, limit: int) -> list[int]:
        """The next of them, by rising id."""
        line = AuditLine.objects.filter(pk=subject).first()
        if line is None:
            return []
        found = _superiors(line).filter(person__gt=after).order_by("person")
        return list(found.values_list("person", flat=True).distinct()[:limit])

    def notices_for(self, subject: int, person_ids: Collection[int], *, language: str) -> dict[int, Notice]:
        """That it happened, and where to look. No names: it stands on a lock screen."""
        line = AuditLine.objects.filter(pk=subject).first()
        if line is None:
            return {}
        notice = Notice(
            type="let_in",
            id=line.pk,
            tag=f"let-in-{line.pk}",
            title=_("Two-step sign-in was reset"),
            body=_("Somebody of your unit was let in again after losing it. If you know nothing of it, look at once."),
            url=f"/them/tai-khoan/{_person_of(line)}",
            urgency="",
            at=line.at,
            priority=Priority.URGENT,
        )
        still = _superiors(line).filter(person__in=person_ids).values_list("person", flat=True)
        return dict.fromkeys(still, notice)


def _superiors(line: AuditLine) -> QuerySet[Role]:
    person = _person_of(line)
    theirs = live_roles().filter(person=person).values("org")
    near = OrgClosure.objects.filter(descendant__in=theirs, depth__lte=1, ancestor__status=Status.ACTIVE)
    heads = live_roles().filter(org__in=near.values("ancestor"), role__in=HEADS)
    return heads.exclude(person__in=[person, line.actor_id])


def _person_of(line: AuditLine) -> int:
    return int(line.subject.removeprefix("person:"))
