"""What delivery tells of a notice, and to whom (decision 26)."""

from collections.abc import Collection
from dataclasses import replace

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

# Found with this file: what is told of notices on their way.
import broadcasts.drafts.notices  # noqa: F401
from broadcasts import selectors
from broadcasts.models import Broadcast, Receipt, Role
from broadcasts.serializers import moment
from broadcasts.urgency import PRIORITY
from delivery.sources import Notice, NoticeSource, source
from registry.selectors import live_roles

STAFF_ONLY = {Role.TEACHERS.value, Role.STAFF.value}


@source("broadcast")
class BroadcastNotices(NoticeSource):
    """Tells those who have a receipt and have not opened the notice."""

    def recipients(self, subject: int, *, after: int, limit: int) -> list[int]:
        """The next people who have not opened it, by rising id."""
        waiting = _waiting(subject).filter(person__gt=after).order_by("person")
        return list(waiting.values_list("person", flat=True)[:limit])

    def notices_for(self, subject: int, person_ids: Collection[int], *, language: str) -> dict[int, Notice]:
        """Title and whole text, which name no one; of a notice among staff only that there is one."""
        broadcast = Broadcast.objects.filter(pk=subject).first()
        if broadcast is None:
            return {}
        waiting = _waiting(subject).filter(person__in=person_ids).values_list("person", flat=True)
        return notices_of(broadcast, list(waiting))


def notices_of(broadcast: Broadcast, person_ids: Collection[int]) -> dict[int, Notice]:
    """What each of these recipients is told of it, in the active language: the same words for all, and for their app for
    whom each has it, so that it can be kept and answered without a line."""
    notice = _notice(broadcast)
    if not notice.body:
        return dict.fromkeys(person_ids, notice)
    standing = selectors.reasons().filter(broadcast=broadcast, person__in=person_ids).order_by("student", "pk")
    for_whom: dict[int, list[int | None]] = {person: [] for person in person_ids}
    for person, student in standing.values_list("person", "student"):
        for_whom[person].append(student)
    kept = _kept(broadcast)
    return {person: replace(notice, more={**kept, "person": person, "for": ids}) for person, ids in for_whom.items()}


def _kept(broadcast: Broadcast) -> dict[str, object]:
    """What the app shows around the text."""
    kept: dict[str, object] = {
        "issuer": {"name": broadcast.issuer_name, "is_official": broadcast.is_official},
        "kind": broadcast.kind,
        "wants_acknowledgement": broadcast.wants_acknowledgement,
        "is_exercise": broadcast.is_exercise,
    }
    if broadcast.acknowledge_by:
        kept["acknowledge_by"] = moment(broadcast.acknowledge_by)
    return kept


def _waiting(broadcast_id: int) -> QuerySet[Receipt]:
    is_live = Exists(live_roles().filter(person=OuterRef("person")))
    return selectors.receipts().filter(is_live, broadcast=broadcast_id, seen_at__isnull=True)


def _notice(broadcast: Broadcast) -> Notice:
    is_among_staff = set(broadcast.roles) <= STAFF_ONLY
    title = _("There is a new document") if is_among_staff else broadcast.title
    return Notice(
        type="broadcast",
        id=broadcast.pk,
        tag=f"broadcast-{broadcast.pk}",
        # First, before anything that a locked screen may cut off: nobody takes a drill for the real thing.
        title=_("[EXERCISE] {title}").format(title=title) if broadcast.is_exercise else title,
        body="" if is_among_staff else broadcast.body,
        url=f"/thong-bao/{broadcast.pk}",
        urgency=broadcast.urgency,
        at=broadcast.published_at,
        priority=PRIORITY[broadcast.urgency],
    )
