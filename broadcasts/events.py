"""What sockets are told of notices."""

from broadcasts.counting import Totals
from broadcasts.shapes import Published, UnitTotals
from realtime import Event


class BroadcastPublished(Event, tag="broadcast.published", tag_field="type", frozen=True, kw_only=True):
    """A notice for you: fetch it. The same bytes for every recipient, so it does not say why one has it."""

    broadcast: Published


class BroadcastProgressed(Event, tag="broadcast.progressed", tag_field="type", frozen=True, kw_only=True):
    """The totals of a notice, and of those of its units where something moved since it was last told."""

    broadcast: int
    totals: Totals
    units: list[UnitTotals]
