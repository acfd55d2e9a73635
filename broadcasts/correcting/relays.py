"""What a unit passed down and now has to correct, because what it came from was corrected, replaced or recalled."""

from dataclasses import dataclass

from broadcasts.cascade.policy import moved_by
from broadcasts.correcting import rows
from broadcasts.models import Broadcast, How
from registry.models import Person


@dataclass(frozen=True, slots=True)
class Stale:
    """A notice of one's own unit that says what no longer holds, and how to correct it."""

    broadcast: Broadcast
    how: str


def stale_relays(person: Person, broadcast: Broadcast) -> list[Stale]:
    """The notices by which this person's units passed down what this one takes the place of, and which still hold; none
    where it corrects nothing. One statement."""
    if broadcast.corrects_id is None or not rows.holds(broadcast):
        return []
    passed_down = moved_by(person).filter(broadcast__in=rows.before(broadcast).values("pk"), relay__isnull=False)
    found = Broadcast.objects.filter(pk__in=passed_down.values("relay"), superseded_by=None).exclude(
        correction_how=How.RECALL
    )
    how = How.RECALL if broadcast.correction_how == How.RECALL else How.CORRECTION
    return [Stale(one, how.value) for one in found.order_by("pk")]
