"""Who may upload files, and who may open one. Everything that is not named here is refused."""

from broadcasts import policy, selectors
from broadcasts.correcting.rows import is_recalled
from broadcasts.drafts import finding
from broadcasts.models import Attachment, Draft
from realtime.errors import NotAllowed, NotFound
from registry.models import Person


def require_sender(person: Person) -> None:
    """Refuses who may send notices to nobody."""
    if not policy.may_send_at_all(person):
        raise NotAllowed


def openable(person: Person, attachment_id: int) -> Attachment:
    """The file, if this person may open it today; else NotFound, as if there were none."""
    found = (
        Attachment.objects.select_related("draft", "broadcast__audience_org", "broadcast__audience_class__school")
        .filter(pk=attachment_id)
        .first()
    )
    if found is None or not may_open(person, found):
        raise NotFound
    return found


def may_open(person: Person, attachment: Attachment) -> bool:
    """Whoever uploaded it, who is the author of what it is part of; whoever has the notice, unless it was recalled, or sees
    its progress; of a draft whoever may decide about it."""
    if attachment.owner_id == person.pk:
        return True
    if attachment.broadcast is not None:
        received = selectors.receipts().filter(person=person, broadcast=attachment.broadcast)
        may_read = received.exists() and not is_recalled(attachment.broadcast)
        return may_read or policy.may_see_progress(person, attachment.broadcast)
    return attachment.draft is not None and _may_decide(person, attachment.draft)


def _may_decide(person: Person, draft: Draft) -> bool:
    try:
        finding.decidable(person, draft.pk)
    except NotFound:
        return False
    return True
