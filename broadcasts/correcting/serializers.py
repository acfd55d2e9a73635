"""What is told around a notice about correcting it."""

from broadcasts.correcting.policy import may_correct
from broadcasts.correcting.relays import stale_relays
from broadcasts.evidence.policy import may_see
from broadcasts.models import Broadcast
from broadcasts.shapes import Around, Stale
from registry.models import Person


def around(person: Person, broadcast: Broadcast, *, is_received: bool, is_overseen: bool) -> Around:
    """Whether this person may correct it or sees what was done with it, and what of their unit they have to correct because
    of it. Of who neither has it nor sees its progress nothing is asked."""
    found = stale_relays(person, broadcast) if is_received else []
    return Around(
        may_correct=is_overseen and may_correct(person, broadcast),
        may_prove=is_overseen and may_see(person, broadcast),
        to_correct=[Stale(id=one.broadcast.pk, title=one.broadcast.title, how=one.how) for one in found],
    )
