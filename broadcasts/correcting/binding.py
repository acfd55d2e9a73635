"""What a correction may say: all that is decided by the notice that it corrects stays as it was there."""

from dataclasses import replace

from broadcasts.audiences import Audience, audience_of
from broadcasts.content import Content
from broadcasts.correcting import policy
from broadcasts.correcting.errors import AlreadyCorrected, CorrectionTooWeak
from broadcasts.correcting.rows import holds
from broadcasts.errors import NotYourUrgency
from broadcasts.models import Broadcast, How, Urgency
from broadcasts.policy import Grant, may_see_progress
from broadcasts.selection import Selection, kept_selection
from realtime.errors import BadInput, NotAllowed, NotFound
from registry.models import Person

RANK = {urgency: place for place, urgency in enumerate(Urgency)}


def granted(author: Person, content: Content, broadcast_id: int) -> tuple[Audience, Grant]:
    """Those who hold the notice, and the grant under which this author corrects it today. NotFound where they see no such
    notice, NotAllowed, AlreadyCorrected; refuses a lesser urgency (CorrectionTooWeak), and whatever is not as it was there
    (BadInput names it)."""
    found, grant = correctable(author, broadcast_id)
    if RANK[content.urgency] < RANK[Urgency(found.urgency)]:
        raise CorrectionTooWeak(field="urgency", least=found.urgency)
    if content.urgency not in grant.urgencies:
        raise NotYourUrgency
    _require_alike(content, found)
    return replace(audience_of(found), holders_of=found.pk), grant


def correctable(person: Person, broadcast_id: int) -> tuple[Broadcast, Grant]:
    """The notice, and the grant under which this person corrects it today."""
    rows = Broadcast.objects.select_related("audience_org", "audience_class__school", "issuer", "relays")
    found = rows.filter(pk=broadcast_id).first()
    if found is None:
        raise NotFound
    grant = policy.grant_over(person, found)
    if grant is None:
        # Who does not even see what became of it learns nothing of it.
        raise NotAllowed if may_see_progress(person, found) else NotFound
    require_in_force(found)
    return found, grant


def require_in_force(broadcast: Broadcast) -> None:
    """AlreadyCorrected where something has taken its place, and of a recall: what was recalled is sent anew."""
    if not holds(broadcast):
        raise AlreadyCorrected(by=broadcast.superseded_by_id, how=broadcast.superseded_how)
    if broadcast.correction_how == How.RECALL:
        raise AlreadyCorrected(by=broadcast.pk, how=How.RECALL.value)


def needed_second_person(content: Content) -> bool:
    """Whether somebody besides its author had to decide about the notice that this content corrects."""
    if content.corrects is None:
        return False
    decided = Broadcast.objects.filter(pk=content.corrects.broadcast).exclude(approved_by=None, broke_glass_reason="")
    return decided.exists()


def selection_of(broadcast: Broadcast) -> Selection:
    """Whom it was for, as a draft names it."""
    kept = kept_selection(broadcast.audience)
    if kept.is_one():
        return kept
    if broadcast.audience_class_id:
        return Selection(school_class=broadcast.audience_class_id)
    return Selection(org=broadcast.audience_org_id)


def asks_for_answers(broadcast: Broadcast, how: How) -> dict[str, bool]:
    """What is asked of those who get it: to confirm as before, and of what is recalled nothing more."""
    return {
        "wants_acknowledgement": broadcast.wants_acknowledgement,
        "wants_carrying_out": broadcast.wants_carrying_out and how != How.RECALL,
    }


def _require_alike(content: Content, found: Broadcast) -> None:
    how = content.corrects.how if content.corrects else How.CORRECTION
    asks = asks_for_answers(found, how)
    alike = {
        "audience": content.audience == selection_of(found),
        "roles": {role.value for role in content.roles} == set(found.roles),
        "kind": content.kind == found.kind,
        "is_exercise": content.is_exercise == found.is_exercise,
        "wants_acknowledgement": content.wants_acknowledgement or not asks["wants_acknowledgement"],
        "wants_carrying_out": content.wants_carrying_out == asks["wants_carrying_out"],
        "leaves_at": content.leaves_at is None,
        # A recall says which notice and why, and brings nothing else with it.
        "title": how != How.RECALL or content.title == found.title,
        "number": how != How.RECALL or content.number is None,
        "attachments": how != How.RECALL or not content.attachments,
    }
    for field, holds_ in alike.items():
        if not holds_:
            raise BadInput(field=field)
