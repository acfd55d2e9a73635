"""Open apps learn that a notice does not hold any more, in the moment in which another takes its place."""

from collections.abc import Collection

from broadcasts.events import BroadcastCorrected
from broadcasts.models import Broadcast
from broadcasts.serializers import superseded
from realtime import publish, publish_to_audience


def tell(corrected: Broadcast, by: Broadcast, earlier: Collection[int]) -> None:
    """All who have it, and its author, who has none of their own. After the commit."""
    for one in earlier:
        told = BroadcastCorrected(broadcast=one, superseded=superseded(by, by.correction_how, by.published_at))
        publish_to_audience("broadcast", by.pk, told)
        publish(f"person.{corrected.author_id}", told)
