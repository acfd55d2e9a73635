"""The second person decides: about exactly this version, for exactly so many people, on a browser of their own."""

from django.db import transaction
from django.utils import timezone

from broadcasts import approvers, recipients
from broadcasts.assured import require_fresh
from broadcasts.drafts import finding, telling
from broadcasts.drafts.errors import (
    ChangedElsewhere,
    NotWaiting,
    OwnNotice,
    ReturnedToAuthor,
    SameBrowser,
    TooLate,
)
from broadcasts.drafts.leaving import come_back, leaving_time, set_out, still_right
from broadcasts.errors import AudienceChanged, Empty, TooLong
from broadcasts.models import Draft
from realtime.errors import NotFound, Refusal
from registry import audit
from registry.assurance import Assurance
from registry.models import Person
from registry.text import clean

State = Draft.State
LONGEST_REASON = 500


def approve(approver: Person, draft_id: int, *, version: int, people: int, assurance: Assurance) -> Draft:
    """The draft, let go by a second person: it is leaving or has left. Again by the same person: the same answer. Refused
    to strangers (NotFound) and to its author (OwnNotice), where nothing waits (NotWaiting), for another version, after its
    time (TooLate), without a second factor given lately, in the author's browser, and for another number of people. Where
    it can no longer be sent at all it goes back to its author (ReturnedToAuthor)."""
    with transaction.atomic():
        draft = _for_second(approver, draft_id)
        if draft.decided_by_id == approver.pk and draft.version == version and draft.state != State.RETURNED:
            return draft
        refusal: Refusal | None = _overdue(draft)
        if refusal is None:
            if draft.version != version:
                raise ChangedElsewhere(version=draft.version)
            require_fresh(assurance)
            if not assurance.browser or assurance.browser == draft.submitted_from:
                raise SameBrowser
            refusal = _let_go(draft, approver, people)
    # After the commit: that it went back is true, whatever the approver is told.
    if refusal:
        raise refusal
    return draft


def decline(approver: Person, draft_id: int, *, reason: str) -> Draft:
    """The draft, sent back to its author with the reason. Again by the same person: the same answer. Refused as approve()
    does, but to decline takes neither a second factor nor another browser: it sends nothing."""
    said = clean(reason)
    if not said:
        raise Empty(field="reason")
    if len(said) > LONGEST_REASON:
        raise TooLong(field="reason", limit=LONGEST_REASON, length=len(said))
    with transaction.atomic():
        draft = _for_second(approver, draft_id)
        if draft.decided_by_id == approver.pk and draft.state == State.RETURNED:
            return draft
        refusal = _overdue(draft)
        if refusal is None:
            _send_back(draft, approver, said)
    if refusal:
        raise refusal
    return draft


def _for_second(approver: Person, draft_id: int) -> Draft:
    """The draft, locked, if it waits or once waited for somebody in this person's seat."""
    draft = finding.locked(draft_id)
    if draft is None:
        raise NotFound
    if draft.author_id == approver.pk:
        raise OwnNotice
    if not draft.why or not approvers.seated_over(approver).filter(pk=draft.pk).exists():
        raise NotFound
    if draft.author_id in approvers.records_of({approver.pk}):
        raise OwnNotice
    return draft


def _overdue(draft: Draft) -> TooLate | None:
    """The refusal for a draft whose time is over, which thereby comes back to its author."""
    if draft.state != State.SUBMITTED or draft.decide_by is None:
        raise NotWaiting(state=draft.state)
    if timezone.now() < draft.decide_by:
        return None
    come_back(draft, State.RETURNED, problem=TooLate.code)
    telling.rings_back(draft)
    audit.record(None, "draft.return", subject=f"draft:{draft.pk}", concerning=draft.issuer_id, problem=TooLate.code)
    return TooLate()


def _let_go(draft: Draft, approver: Person, people: int) -> ReturnedToAuthor | None:
    try:
        with transaction.atomic():
            content, audience = still_right(draft)
            draft.decided_by, draft.decided_at, draft.people = approver, timezone.now(), people
            # What leaves at once is counted where it is written.
            if leaving_time(content, draft.decided_at) > draft.decided_at or content.leaves_at:
                size = recipients.size(audience, roles=[*content.roles], author=draft.author)
                if size.people != people:
                    raise AudienceChanged(people=size.people)
            set_out(draft, content)
            audit.record(
                approver,
                "draft.approve",
                subject=f"draft:{draft.pk}",
                concerning=draft.issuer_id,
                people=people,
                version=draft.version,
            )
    except AudienceChanged:
        # The approver looks at it once more; for its author nothing has changed.
        raise
    except Refusal as problem:
        come_back(draft, State.RETURNED, problem=problem.code)
        telling.rings_back(draft)
        audit.record(
            approver, "draft.return", subject=f"draft:{draft.pk}", concerning=draft.issuer_id, problem=problem.code
        )
        return ReturnedToAuthor(problem=problem.code)
    return None


def _send_back(draft: Draft, approver: Person, reason: str) -> None:
    come_back(draft, State.RETURNED)
    draft.decided_by, draft.decided_at, draft.decision_reason = approver, timezone.now(), reason
    draft.save(update_fields=["decided_by", "decided_at", "decision_reason"])
    telling.rings_back(draft)
    audit.record(approver, "draft.decline", subject=f"draft:{draft.pk}", concerning=draft.issuer_id)
