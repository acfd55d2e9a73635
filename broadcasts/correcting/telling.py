"""Open apps learn that a notice does not hold any more, in the moment in which another takes its place."""

from broadcasts.events import BroadcastCorrected
from broadcasts.models import Broadcast
from broadcasts.serializers import superseded
from realtime import publish, publish_to_audience

# An audience of its own: of one subject an audience is told once.
HOLDERS = "correction"


def tell(by: Broadcast) -> None:
    """All who have what this one corrects, and its author, who has none of their own. After the commit."""
    told = corrected(by)
    publish_to_audience(HOLDERS, by.pk, told)
    if by.corrects:
        publish(f"person.{by.corrects.author_id}", told)


def corrected(by: Broadcast) -> BroadcastCorrected:
    """What is told of the notice of which this one took the place."""
    told = superseded(by, by.correction_how, by.published_at)
    return BroadcastCorrected(broadcast=by.corrects_id or 0, superseded=told)
