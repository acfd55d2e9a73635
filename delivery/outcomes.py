"""What became of a leased delivery, and writing it down."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.db import transaction
from django.db.models import F

from delivery.channels import DeliveryChannel, DeliveryError, Fault
from delivery.models import Delivery
from delivery.pace import WORTH_TELLING
from registry.lists import these

State = Delivery.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One delivery's next state. `lease` is the worker's token: with another value in the row it is no longer ours."""

    delivery_id: int
    lease: dt.datetime | None
    channel: str
    address: int
    state: State
    code: str
    waits_until: dt.datetime | None = None
    tag_digest: str = ""
    was_tried: bool = False
    fault: Fault | None = None

    @classmethod
    def ended(cls, delivery: Delivery, state: State, code: str) -> Self:
        """Finished without a send."""
        return cls(**_facts(delivery), state=state, code=code)

    @classmethod
    def postponed(cls, delivery: Delivery, until: dt.datetime, code: str) -> Self:
        """Not tried; again at `until`, unless nobody wants to be told by then."""
        if until > delivery.dispatch.due_at + WORTH_TELLING:
            return cls(**_facts(delivery), state=State.FAILED, code="too_late")
        return cls(**_facts(delivery), state=State.WAITING, code=code, waits_until=until)

    @classmethod
    def sent(cls, delivery: Delivery, tag_digest: str) -> Self:
        """The service took it."""
        return cls(**_facts(delivery), state=State.SENT, code="sent", tag_digest=tag_digest, was_tried=True)

    @classmethod
    def failed(cls, delivery: Delivery, error: DeliveryError, until: dt.datetime) -> Self:
        """The service did not take it; again at `until` if that is of any use."""
        facts = {**_facts(delivery), "was_tried": True, "fault": error.fault}
        if error.fault is Fault.GONE:
            return cls(**facts, state=State.GONE, code=error.code)
        if error.permanent or until > delivery.dispatch.due_at + WORTH_TELLING:
            return cls(**facts, state=State.FAILED, code=error.code)
        return cls(**facts, state=State.WAITING, code=error.code, waits_until=until)

    @property
    def change(self) -> tuple[Any, ...]:
        """What is written to the row: outcomes with the same change share a statement."""
        return self.lease, self.state, self.code, self.waits_until, self.tag_digest, self.was_tried


def record(outcomes: list[Outcome], channels: Mapping[str, DeliveryChannel], *, now: dt.datetime) -> None:
    """Writes all of them down: few statements however many there are. Says the same when said twice."""
    alike: dict[tuple[Any, ...], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        alike[outcome.change].append(outcome)
    with transaction.atomic():
        for group in alike.values():
            _update(group[0], [outcome.delivery_id for outcome in group], now)
    for slug, channel in channels.items():
        _tell(channel, [outcome for outcome in outcomes if outcome.channel == slug], now)


def _update(what: Outcome, ids: list[int], now: dt.datetime) -> None:
    changed: dict[str, Any] = {"state": what.state, "outcome": what.code, "lease_until": None}
    if what.was_tried:
        changed["attempts"] = F("attempts") + 1
    if what.state == State.WAITING:
        changed["waits_until"] = what.waits_until
    else:
        changed |= {"finished_at": now, "tag_digest": what.tag_digest}
    Delivery.objects.filter(pk__in=these(ids), state=State.WAITING, lease_until=what.lease).update(**changed)


def _tell(channel: DeliveryChannel, outcomes: list[Outcome], now: dt.datetime) -> None:
    """The channel keeps its addresses by what their service said, not by our own bookkeeping."""
    accepted = {outcome.address for outcome in outcomes if outcome.state == State.SENT}
    refused = {outcome.address for outcome in outcomes if outcome.fault is Fault.OURS}
    gone = {outcome.address for outcome in outcomes if outcome.fault is Fault.GONE}
    if accepted:
        channel.record_accepted(accepted, now=now)
    if refused:
        channel.record_refused(refused, now=now)
    if gone:
        channel.forget(gone)


def _facts(delivery: Delivery) -> dict[str, Any]:
    return {
        "delivery_id": delivery.pk,
        "lease": delivery.lease_until,
        "channel": delivery.channel,
        "address": delivery.address,
    }
