"""The one shape of a ladder and of a notice's rungs."""

import datetime as dt
from typing import cast

from broadcasts.ladder import shapes
from broadcasts.ladder.budget import DIGEST_AT, MOST
from broadcasts.ladder.climbed import Climbed
from broadcasts.ladder.governing import Governing
from broadcasts.ladder.planning import Planned, planned
from broadcasts.ladder.quiet import written
from broadcasts.ladder.words import CHANNEL_OF, KEYS, QUIET, Key, named, waits_for_morning
from broadcasts.serializers import moment
from broadcasts.shapes import OrgRef
from delivery.channels import DeliveryChannel
from registry.models import Org
from registry.shapes import org_ref


def ladder(org: Org, found: Governing, *, may_change: bool, at: dt.datetime) -> shapes.LadderTold:
    """The ladder of an org, with the times of a notice that leaves at that moment."""
    own = found.own
    there = [action.value for action, slug in CHANNEL_OF.items() if slug in DeliveryChannel.registered]
    return shapes.LadderTold(
        org=cast("OrgRef", org_ref(org)),
        version=own.version if own else 0,
        at=moment(at),
        may_change=may_change,
        channels=there,
        rows=[_row(key, found, at) for key in KEYS.values()],
        quiet=shapes.QuietTold(
            begins=written(found.quiet.begins), ends=written(found.quiet.ends), **_standing(QUIET, found)
        ),
        most_a_day=MOST,
        digest_at=DIGEST_AT.strftime("%H:%M"),
    )


def rungs(found: Climbed) -> shapes.RungsTold:
    """The rungs of one notice, as they stand."""
    told = [
        shapes.RungTold(
            side=rung.side,
            action=rung.action,
            to=rung.to,
            after=rung.after,
            due_at=moment(rung.due_at),
            state=state,
        )
        for rung, state in found.rungs
    ]
    return shapes.RungsTold(
        rungs=told, ends_at=moment(found.ends_at) if found.ends_at else None, in_digest=found.in_digest
    )


def _row(key: Key, found: Governing, at: dt.datetime) -> shapes.Row:
    urgency, side = key
    plan = planned(
        found.table,
        key,
        published_at=at,
        ends_at=None,
        quiet=found.quiet,
        channels=DeliveryChannel.registered,
    )
    return shapes.Row(
        urgency=urgency.value,
        side=side.value,
        steps=[_step(each) for each in plan],
        waits=waits_for_morning(key),
        **_standing(named(key), found),
    )


def _step(each: Planned) -> shapes.StepTold:
    return shapes.StepTold(
        after=each.step.after,
        action=each.step.action.value,
        to=each.step.to.value,
        has_channel=each.has_channel,
        due_at=moment(each.due_at),
    )


def _standing(name: str, found: Governing) -> shapes.Standing:
    own = found.own
    is_own = own is not None and (own.quiet_from is not None if name == QUIET else name in own.rows)
    return shapes.Standing(
        set_by=_ref(found.set_by.get(name)),
        locked_by=_ref(found.locked_by.get(name)),
        is_own=is_own,
        is_locked=own is not None and name in own.locked,
    )


def _ref(org: Org | None) -> OrgRef | None:
    return cast("OrgRef", org_ref(org)) if org else None
