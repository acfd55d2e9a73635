"""'Phá kính': the author sends alone what wants a second person, says why, and everybody who could have been it learns it."""

from django.db import transaction

from broadcasts.content import one_line
from broadcasts.drafts import finding, telling
from broadcasts.drafts.errors import ChangedElsewhere, NoSecondPersonWanted, OnItsWay, ReasonTooShort
from broadcasts.drafts.leaving import set_out
from broadcasts.drafts.submitting import Submission, examine, record_submission
from broadcasts.errors import TooLong
from broadcasts.models import Draft
from realtime.errors import NotAllowed, NotFound
from registry import audit
from registry.assurance import Assurance
from registry.models import Person

State = Draft.State
SHORTEST_REASON, LONGEST_REASON = 20, 500


@transaction.atomic
def break_glass(author: Person, draft_id: int, said: Submission, *, reason: str, assurance: Assurance) -> Draft:
    """The draft, let go without a second person, also while it waits for one: it is leaving or has left. Again: the same
    answer. Refused as submit() does, and for a short reason, to a teacher, and where no second person is wanted."""
    draft = finding.locked_own(author, draft_id)
    if draft.state == State.DISCARDED:
        raise NotFound
    if draft.version != said.version:
        raise ChangedElsewhere(version=draft.version)
    if draft.state in {State.LEAVING, State.LEFT}:
        if not draft.broke_glass_reason:
            raise OnItsWay(state=draft.state)
        return draft
    why = _reason(reason)
    examined = examine(draft, said, assurance)
    # A teacher's notice is never so urgent that the head of the school could not look at it.
    if not examined.grant.is_official:
        raise NotAllowed
    if not examined.why:
        raise NoSecondPersonWanted
    record_submission(draft, said, examined, assurance)
    draft.broke_glass_reason = why
    set_out(draft, examined.content)
    telling.reports(draft)
    audit.record(
        author,
        "draft.break_glass",
        subject=f"draft:{draft.pk}",
        concerning=draft.issuer_id,
        people=draft.people,
        why=draft.why,
    )
    return draft


def _reason(text: str) -> str:
    reason = one_line(text)
    if len(reason) < SHORTEST_REASON:
        raise ReasonTooShort(field="reason", least=SHORTEST_REASON, length=len(reason))
    if len(reason) > LONGEST_REASON:
        raise TooLong(field="reason", limit=LONGEST_REASON, length=len(reason))
    return reason
