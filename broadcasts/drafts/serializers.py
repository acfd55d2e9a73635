"""The one shape of a notice on its way."""

import datetime as dt
from typing import cast

from broadcasts import models
from broadcasts.drafts.shapes import Approval, Author, Decider, Draft
from broadcasts.files.shape import files
from broadcasts.reach_shapes import Preview
from broadcasts.serializers import moment, relayed
from broadcasts.shapes import Issuer

State = models.Draft.State
OFF = (State.SUBMITTED, State.LEAVING, State.LEFT)


def draft(one: models.Draft) -> Draft:
    """The draft as its author sees it. What was found when it was sent off is told as long as it holds."""
    why = one.why if one.state in OFF else []
    return Draft(
        id=one.pk,
        client_broadcast_id=str(one.client_broadcast_id),
        version=one.version,
        state=one.state,
        content=one.content,
        author=Author(id=one.author_id, name=one.author.name),
        issuer=Issuer(name=one.issuer.name, is_official=one.is_official) if one.issuer else None,
        issuer_id=one.issuer_id,
        people=one.people,
        needs_approval=bool(why),
        why=why,
        submitted_at=_moment(one.submitted_at),
        decide_by=_moment(one.decide_by) if one.state == State.SUBMITTED else None,
        decided_by=Decider(name=one.decided_by.name) if one.decided_by else None,
        decision_reason=one.decision_reason,
        broke_glass_reason=one.broke_glass_reason,
        problem=one.problem,
        leaves_at=_moment(one.leaves_at),
        broadcast=one.broadcast_id,
        relays=relayed(one.relays.broadcast, is_quoted=True) if one.relays else None,
        files=files(one.attachments.all()),
        updated_at=moment(one.updated_at),
    )


def approval(one: models.Draft, reach: Preview | None = None) -> Approval:
    """The same as a second person sees it."""
    return cast("Approval", {**draft(one), "reach": reach})


def _moment(at: dt.datetime | None) -> str | None:
    return moment(at) if at else None
