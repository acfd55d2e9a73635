"""What is told of a notice on a lock screen (decision 26)."""

from collections.abc import Collection
from dataclasses import replace

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from broadcasts import selectors
from broadcasts.models import Broadcast, How, Role
from broadcasts.serializers import moment
from broadcasts.urgency import PRIORITY
from delivery.sources import Notice
from registry.lists import these

STAFF_ONLY = {Role.TEACHERS.value, Role.STAFF.value}


def notices_of(broadcast: Broadcast, person_ids: Collection[int]) -> dict[int, Notice]:
    """What each of these recipients is told of it, in the active language: the same words for all, and for their app for
    whom each has it, so that it can be kept and answered without a line."""
    notice = _notice(broadcast)
    if not notice.body:
        return dict.fromkeys(person_ids, notice)
    standing = selectors.reasons().filter(broadcast=broadcast, person__in=these(person_ids)).order_by("student", "pk")
    for_whom: dict[int, list[int | None]] = {person: [] for person in person_ids}
    for person, student in standing.values_list("person", "student"):
        for_whom[person].append(student)
    kept = _kept(broadcast)
    return {person: replace(notice, more={**kept, "person": person, "for": ids}) for person, ids in for_whom.items()}


def is_among_staff(broadcast: Broadcast) -> bool:
    """Whether nothing of it but that it is there may stand on a lock screen."""
    return set(broadcast.roles) <= STAFF_ONLY


def _kept(broadcast: Broadcast) -> dict[str, object]:
    """What the app shows around the text."""
    kept: dict[str, object] = {
        "issuer": {"name": broadcast.issuer_name, "is_official": broadcast.is_official},
        "author_name": broadcast.author_name,
        "kind": broadcast.kind,
        "language": get_language(),
        "wants_acknowledgement": broadcast.wants_acknowledgement,
        "is_exercise": broadcast.is_exercise,
    }
    if broadcast.corrects_id:
        kept["corrects"] = {"id": broadcast.corrects_id, "how": broadcast.correction_how}
    if broadcast.acknowledge_by:
        kept["acknowledge_by"] = moment(broadcast.acknowledge_by)
    return kept


def _title(broadcast: Broadcast) -> str:
    title = _("There is a new document") if is_among_staff(broadcast) else broadcast.title
    said = {
        How.CORRECTION: _("CORRECTION: {title}"),
        How.REPLACEMENT: _("REPLACED: {title}"),
        How.RECALL: _("RECALLED: {title}"),
    }
    return said[How(broadcast.correction_how)].format(title=title) if broadcast.correction_how else title


def _notice(broadcast: Broadcast) -> Notice:
    title = _title(broadcast)
    return Notice(
        type="broadcast",
        id=broadcast.pk,
        # The same for the whole row: a correction takes the place of what it corrects, on the phone and on the way there.
        tag=f"broadcast-{broadcast.first_id or broadcast.pk}",
        # First, before anything that a locked screen may cut off: nobody takes a drill for the real thing.
        title=_("[EXERCISE] {title}").format(title=title) if broadcast.is_exercise else title,
        body="" if is_among_staff(broadcast) else broadcast.body,
        url=f"/thong-bao/{broadcast.pk}",
        urgency=broadcast.urgency,
        at=broadcast.published_at,
        priority=PRIORITY[broadcast.urgency],
    )
