"""The one place where a notice is issued: the row, why each person has it, their receipts, and all who are told, in one
transaction or not at all."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from broadcasts import recipients
from broadcasts.approval import asks_for_money
from broadcasts.cascade import moving
from broadcasts.content import Content
from broadcasts.correcting import taking_over
from broadcasts.errors import AudienceChanged, EmptyAudience
from broadcasts.events import BroadcastPublished
from broadcasts.files.attaching import attach
from broadcasts.granting import granted
from broadcasts.ladder import climbing
from broadcasts.models import Broadcast, Draft, How
from broadcasts.serializers import published
from broadcasts.verifying import codes, signing
from realtime import publish_to_audience
from registry import audit
from registry.models import Person
from registry.selectors import today


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What was decided about a notice: by whom besides its author or why by nobody, for how many people exactly (None: for
    however many there are), and the draft that it was."""

    draft: Draft | None = None
    approved_by: Person | None = None
    approved_at: dt.datetime | None = None
    broke_glass_reason: str = ""
    people: int | None = None


@transaction.atomic
def issue(author: Person, content: Content, *, client_broadcast_id: uuid.UUID, decided: Decided) -> Broadcast:
    """The notice, issued. `content` must be fit. Refuses what the author may not send today, an audience of nobody, and
    one of another size than was decided about: then nothing is written."""
    audience, grant = granted(author, content)
    corrected = taking_over.turn(content.corrects.broadcast) if content.corrects else None
    now, node = timezone.now(), decided.draft.relays if decided.draft else None
    broadcast = Broadcast.objects.create(
        author=author,
        author_name=author.name,
        issuer=grant.issuer,
        issuer_name=grant.issuer.name,
        is_official=grant.is_official,
        audience_org=audience.org,
        audience_class=audience.school_class,
        audience=content.audience.kept(),
        roles=[role.value for role in content.roles],
        kind=content.kind,
        urgency=content.urgency,
        title=content.title,
        body=content.body,
        wants_acknowledgement=content.wants_acknowledgement,
        acknowledge_by=content.acknowledge_by,
        number=content.number,
        symbol=content.symbol,
        # Ngày ban hành: of a numbered document that names none it is the day on which it is issued.
        issued_on=content.issued_on or (today() if content.number else None),
        signer_name=content.signer_name,
        signer_position=content.signer_position,
        ends_at=climbing.end_of(content.urgency, now, content.ends_at),
        wants_carrying_out=content.wants_carrying_out,
        carry_out_by=content.carry_out_by,
        **(
            taking_over.place_in_row(corrected, content.corrects.how)
            if corrected and content.corrects
            else {"relays": node.broadcast if node else None, "quotes": node is not None and content.is_quoted()}
        ),
        code=codes.fresh() if grant.is_official else None,
        asks_for_money=asks_for_money(content.title, content.body),
        is_exercise=content.is_exercise,
        approved_by=decided.approved_by,
        approver_name=decided.approved_by.name if decided.approved_by else "",
        approved_at=decided.approved_at,
        broke_glass_reason=decided.broke_glass_reason,
        client_broadcast_id=client_broadcast_id,
        content_digest=content.digest(),
        published_at=now,
    )
    people = recipients.write(broadcast, audience)
    if not people:
        raise EmptyAudience
    if decided.people is not None and people != decided.people:
        raise AudienceChanged(people=people)
    files = attach(broadcast, content.attachments, draft=decided.draft) if content.attachments else []
    if broadcast.code:
        signing.sign(broadcast, files)
    if node:
        moving.passed_down(node.pk, broadcast)
    climbing.set_up(broadcast)
    if corrected:
        taking_over.take_over(corrected, broadcast)
    publish_to_audience("broadcast", broadcast.pk, BroadcastPublished(broadcast=published(broadcast)))
    # Last: from here to the commit, whoever else writes to the audit chain waits.
    audit.record(
        author,
        act_of(broadcast),
        subject=f"broadcast:{broadcast.pk}",
        concerning=grant.issuer.pk,
        audience=broadcast.audience,
        roles=broadcast.roles,
        urgency=broadcast.urgency,
        issuer=grant.issuer.pk,
        people=people,
        **({"relays": node.broadcast_id, "unit": node.unit_id} if node else {}),
        **({"corrects": corrected.pk, "how": broadcast.correction_how} if corrected else {}),
    )
    return broadcast


def act_of(broadcast: Broadcast) -> str:
    """How the audit trail calls it that this notice was issued."""
    if broadcast.correction_how == How.RECALL:
        return "broadcast.recall"
    return "broadcast.correct" if broadcast.correction_how else "broadcast.publish"
