"""The end of a draft's way: it leaves as a notice, or comes back. Whoever calls holds the draft's lock."""

import datetime as dt

from django.conf import settings
from django.utils import timezone

from broadcasts import recipients
from broadcasts.approval import RUSHED, reasons
from broadcasts.audiences import Audience
from broadcasts.cascade import relaying
from broadcasts.content import Content, content_from
from broadcasts.correcting.binding import needed_second_person
from broadcasts.documents import duplicate_of
from broadcasts.drafts import telling
from broadcasts.drafts.errors import ChangedElsewhere, IssuerChanged, SecondPersonWanted
from broadcasts.errors import DuplicateDocument, NameTaken
from broadcasts.granting import granted
from broadcasts.issuing import Decided, issue
from broadcasts.models import Broadcast, Draft

State = Draft.State


def set_out(draft: Draft, content: Content) -> None:
    """Everybody who had to has agreed: it leaves at once, or when its seconds of undo are over, or at its hour. A refusal
    while it leaves is the caller's: then nothing has happened."""
    now = timezone.now()
    draft.leaves_at = leaving_time(content, now)
    if draft.leaves_at > now:
        draft.state = State.LEAVING
        draft.save()
        telling.changed(draft)
    else:
        leave(draft)


def leaving_time(content: Content, now: dt.datetime) -> dt.datetime:
    """When content that is let go now would leave. What cannot wait has no undo: a recall takes its place."""
    undo = dt.timedelta(0) if content.urgency in RUSHED else dt.timedelta(seconds=settings.UNDO_SECONDS)
    return max(now + undo, content.leaves_at or now)


def leave(draft: Draft) -> Broadcast:
    """The notice, issued as it was decided. All is asked again; a refusal where it does not hold any more."""
    content, audience = still_right(draft)
    if not (draft.decided_by_id or draft.broke_glass_reason):
        _require_alone(draft, content, audience)
    draft.broadcast = issue(
        draft.author,
        content,
        client_broadcast_id=draft.client_broadcast_id,
        decided=Decided(
            draft=draft,
            approved_by=draft.decided_by,
            approved_at=draft.decided_at,
            broke_glass_reason=draft.broke_glass_reason,
            # By the hour for which it was set people have come and gone, and its author knew that they would.
            people=None if content.leaves_at else draft.people,
        ),
    )
    draft.state = State.LEFT
    draft.save()
    telling.changed(draft)
    return draft.broadcast


def still_right(draft: Draft) -> tuple[Content, Audience]:
    """The content as it was submitted and whom it is for, if its author may send it today in the same name, and nobody has
    sent that document since; a refusal otherwise."""
    content = content_from(draft.content)
    if content.digest() != bytes(draft.content_digest or b""):
        raise ChangedElsewhere(version=draft.version)
    audience, grant = granted(draft.author, content)
    if (grant.issuer.pk, grant.is_official) != (draft.issuer_id, draft.is_official):
        raise IssuerChanged
    relaying.require(draft, content, audience)
    if not draft.duplicate_is_meant and (earlier := duplicate_of(content, grant.issuer)):
        raise DuplicateDocument(broadcast=earlier.broadcast, issued_on=earlier.issued_on.isoformat())
    if Broadcast.objects.filter(author=draft.author_id, client_broadcast_id=draft.client_broadcast_id).exists():
        raise NameTaken
    return content, audience


def come_back(draft: Draft, state: Draft.State, *, problem: str = "") -> None:
    """To its author, who may change it and send it off again; what was decided about it holds no longer. Its version
    rises, so that a late retry of an earlier order does not send it after all."""
    draft.state, draft.version, draft.problem = state, draft.version + 1, problem
    draft.leaves_at = draft.decided_at = draft.decided_by = draft.people = draft.content_digest = None
    draft.decision_reason = draft.broke_glass_reason = ""
    draft.save()
    telling.changed(draft)


def _require_alone(draft: Draft, content: Content, audience: Audience) -> None:
    """Nobody but the author decided, and it still is what one person decides."""
    size = recipients.size(audience, roles=[*content.roles], author=draft.author)
    if reasons(content, schools=size.schools, is_as_before=needed_second_person(content)):
        raise SecondPersonWanted
