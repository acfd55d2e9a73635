"""Who corrects, replaces or recalls a notice. Everything that is not named here is refused.

Whoever speaks today for the org in whose name it went out, or for one above it: in the name of the nearest of these. Of a
notice to one class its author, as long as they teach that class, and the head of the school. Whoever may not send it again
today corrects nothing, whoever wrote it.
"""

from broadcasts import policy
from broadcasts.audiences import audience_of
from broadcasts.models import Broadcast
from broadcasts.policy import Grant
from registry.models import Person


def grant_over(person: Person, broadcast: Broadcast) -> Grant | None:
    """The grant under which this person takes back or corrects this notice today, or None."""
    if broadcast.audience_class_id is None:
        return policy.grant_in_name_of(person, broadcast.issuer)
    found = policy.grant(person, audience_of(broadcast))
    return found if found and (found.is_official or broadcast.author_id == person.pk) else None


def may_correct(person: Person, broadcast: Broadcast) -> bool:
    """Whether they may, and it is still the one that holds. A recall ends the row: nothing corrects it."""
    return (
        broadcast.superseded_by_id is None
        and broadcast.correction_how != "thu_hoi"
        and grant_over(person, broadcast) is not None
    )
