"""The author sends a draft off, and may take it back until it has left."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from broadcasts import recipients
from broadcasts.approval import Why, reasons
from broadcasts.assured import require_fresh
from broadcasts.cascade import relaying
from broadcasts.cascade.errors import NoUnits
from broadcasts.content import Content, Sending, parsed
from broadcasts.correcting.binding import needed_second_person
from broadcasts.documents import duplicate_of
from broadcasts.drafts import finding, keeping, telling
from broadcasts.drafts.errors import AlreadyLeft, ChangedElsewhere
from broadcasts.drafts.leaving import come_back, set_out
from broadcasts.errors import AudienceChanged, DuplicateDocument, EmptyAudience, NameTaken
from broadcasts.files.attaching import hold
from broadcasts.granting import granted
from broadcasts.models import Draft, Urgency
from broadcasts.policy import Grant
from realtime.errors import BadInput, NotFound
from registry import audit
from registry.assurance import Assurance
from registry.models import Person

State = Draft.State
GONE = (State.SUBMITTED, State.LEAVING, State.LEFT)
# How long a notice waits for a second person: what nobody looked at in time is not the news any more.
DECIDED_WITHIN = {
    Urgency.ORDINARY: dt.timedelta(days=3),
    Urgency.URGENT: dt.timedelta(days=1),
    Urgency.VERY_URGENT: dt.timedelta(hours=4),
    Urgency.FLASH: dt.timedelta(hours=1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What the author saw and says: the draft's `version`, so many `people` (None: they were not shown), and whether a
    document of a number that was sent before is meant."""

    version: int
    people: int | None
    duplicate_is_meant: bool = False


@dataclass(frozen=True, slots=True)
class Examined:
    """A draft found fit to be sent: what of, under which right, to how many, and why not by one person alone."""

    content: Content
    grant: Grant
    people: int
    why: list[Why]


@transaction.atomic
def submit(author: Person, draft_id: int, said: Submission, *, assurance: Assurance) -> Draft:
    """The draft, sent off: it waits for a second person, is leaving, or has left. Again: the same answer. Refused, in this
    order: another version, the right, the urgency, what is not fit, a missing second factor, one not given lately, a
    document sent before, and another number of people than the author saw; then nothing has happened."""
    draft = finding.locked_own(author, draft_id)
    if draft.state == State.DISCARDED:
        raise NotFound
    if draft.version != said.version:
        raise ChangedElsewhere(version=draft.version)
    if draft.state not in GONE:
        send_off(draft, said, assurance)
    return draft


@transaction.atomic
def send(author: Person, sending: Sending, content: Content, *, assurance: Assurance) -> tuple[Draft, bool]:
    """A draft of this content, kept and submitted in one, and whether this call did it. The same name and content again:
    as it is now; a name under which something else was sent off: NameTaken. Refused as submit() does; then it is not kept
    either."""
    fit, name = content.fit(), sending.client_broadcast_id
    made, _is_new = Draft.objects.get_or_create(
        author=author, client_broadcast_id=name, defaults={"content": fit.kept()}
    )
    draft = finding.locked_own(author, made.pk)
    if draft.state not in keeping.OPEN:
        if draft.state == State.DISCARDED or bytes(draft.content_digest or b"") != fit.digest():
            raise NameTaken
        return draft, False
    if draft.content != fit.kept():
        keeping.rewrite(draft, fit.kept())
    said = Submission(version=draft.version, people=sending.people, duplicate_is_meant=sending.duplicate_is_meant)
    send_off(draft, said, assurance)
    return draft, True


@transaction.atomic
def undo(author: Person, draft_id: int) -> Draft:
    """The draft in its author's hands again, as long as it has not left. What is there already stays as it is."""
    draft = finding.locked_own(author, draft_id)
    if draft.state == State.LEFT:
        raise AlreadyLeft
    if draft.state in GONE:
        come_back(draft, State.WRITING)
        audit.record(author, "draft.undo", subject=f"draft:{draft.pk}", concerning=draft.issuer_id)
    return draft


def send_off(draft: Draft, said: Submission, assurance: Assurance) -> None:
    """Submit a draft that is locked and open."""
    examined = examine(draft, said, assurance)
    record_submission(draft, said, examined, assurance)
    if examined.why:
        _wait(draft, examined.content)
    else:
        set_out(draft, examined.content)
    _record(draft)


def examine(draft: Draft, said: Submission, assurance: Assurance) -> Examined:
    """The draft as it would be sent now, or the first refusal in the order that submit() names."""
    written = parsed(Content, draft.content)
    if not written.audience.is_one():
        raise BadInput(field="audience")
    audience, grant = granted(draft.author, written)
    content = written.fit()
    content.require_times(timezone.now())
    relaying.require(draft, content, audience)
    hold(draft, content.attachments)
    if grant.is_official:
        require_fresh(assurance)
    earlier = duplicate_of(content, grant.issuer)
    if earlier and not said.duplicate_is_meant:
        raise DuplicateDocument(broadcast=earlier.broadcast, issued_on=earlier.issued_on.isoformat())
    size = recipients.size(audience, roles=[*content.roles], author=draft.author)
    if not size.people:
        raise EmptyAudience
    if content.wants_carrying_out and not recipients.carriers(audience, author=draft.author, issuer=grant.issuer):
        raise NoUnits
    if said.people is not None and size.people != said.people:
        raise AudienceChanged(people=size.people)
    why = reasons(content, schools=size.schools, is_as_before=needed_second_person(content))
    return Examined(content, grant, size.people, why)


def record_submission(draft: Draft, said: Submission, examined: Examined, assurance: Assurance) -> None:
    """Write down what was seen and said, from where. The text is kept as it will be sent: exactly that is decided about."""
    draft.content, draft.content_digest = examined.content.kept(), examined.content.digest()
    draft.people, draft.why = examined.people, [why.value for why in examined.why]
    draft.issuer, draft.is_official = examined.grant.issuer, examined.grant.is_official
    draft.duplicate_is_meant = said.duplicate_is_meant
    draft.submitted_at, draft.submitted_from = timezone.now(), assurance.browser
    draft.decide_by = draft.decided_by = draft.decided_at = None
    draft.decision_reason = draft.broke_glass_reason = draft.problem = ""


def _wait(draft: Draft, content: Content) -> None:
    now = timezone.now()
    latest = now + DECIDED_WITHIN[content.urgency]
    # Whoever approves after its hour would send something else than was written.
    draft.decide_by = min(latest, content.leaves_at) if content.leaves_at else latest
    draft.state = State.SUBMITTED
    draft.save()
    telling.changed(draft)
    telling.rings(draft)


def _record(draft: Draft) -> None:
    # Last, as the audit chain wants it.
    audit.record(
        draft.author,
        "draft.submit",
        subject=f"draft:{draft.pk}",
        concerning=draft.issuer_id,
        people=draft.people,
        why=draft.why,
    )
