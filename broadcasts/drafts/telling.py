"""Who is told that something happened to a draft: its author and those who may decide about it. After the commit."""

from broadcasts import approvers
from broadcasts.events import DraftChanged
from broadcasts.models import Draft
from delivery.actions import enqueue
from delivery.sources import Priority
from realtime import publish

WAITS, BACK, REPORT = "draft_waits", "draft_back", "break_glass"
# A draft may wait and come back again and again, and each time is told once: the subject names the draft's version too.
_VERSIONS = 1 << 16


def changed(draft: Draft) -> None:
    """Open apps of the author learn it, and where it wants or wanted a second person, theirs too."""
    people = {draft.author_id}
    if draft.why and draft.issuer_id:
        people |= approvers.approvers_of(draft)
    told = DraftChanged(draft=draft.pk, state=draft.state)
    for person in sorted(people):
        publish(f"person.{person}", told)


def rings(draft: Draft) -> None:
    """Phones ring: of those who may decide about it."""
    enqueue(WAITS, subject_of(draft), priority=Priority.URGENT)


def rings_back(draft: Draft) -> None:
    """Its author's phone rings: it came back."""
    enqueue(BACK, subject_of(draft), priority=Priority.URGENT)


def reports(draft: Draft) -> None:
    """Phones ring: of all who could have been the second person."""
    enqueue(REPORT, subject_of(draft), priority=Priority.URGENT)


def subject_of(draft: Draft) -> int:
    """This version of this draft, in one number."""
    return draft.pk * _VERSIONS + draft.version % _VERSIONS


def draft_behind(subject: int) -> Draft | None:
    """The draft, if it is still in the version that was told of."""
    pk, version = divmod(subject, _VERSIONS)
    found = Draft.objects.select_related("issuer").filter(pk=pk).first()
    return found if found and found.version % _VERSIONS == version else None
