"""What sockets are told of notices."""

from broadcasts.shapes import LiveTotals, LiveUnit, Published, Superseded
from realtime import Event


class BroadcastPublished(Event, tag="broadcast.published", tag_field="type", frozen=True, kw_only=True):
    """A notice for you: fetch it. The same bytes for every recipient, so it does not say why one has it."""

    broadcast: Published


class BroadcastCorrected(Event, tag="broadcast.corrected", tag_field="type", frozen=True, kw_only=True):
    """Another notice has taken the place of this one: it holds no more and can no longer be confirmed."""

    broadcast: int
    superseded: Superseded


class BroadcastProgressed(Event, tag="broadcast.progressed", tag_field="type", frozen=True, kw_only=True):
    """The totals of a notice, and of those of its units where something moved since it was last told."""

    broadcast: int
    totals: LiveTotals
    units: list[LiveUnit]


class DraftChanged(Event, tag="draft.changed", tag_field="type", frozen=True, kw_only=True):
    """A notice on its way went on, or came back: to its author and to those who may decide about it. Fetch it."""

    draft: int
    state: str


class QuestionsChanged(Event, tag="questions.changed", tag_field="type", frozen=True, kw_only=True):
    """Something was asked or answered about a notice: to whom it concerns. Fetch it; the same bytes for everybody."""

    broadcast: int
