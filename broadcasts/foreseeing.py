"""What sending a notice now would mean, told before anything is sent."""

from dataclasses import dataclass

from broadcasts import recipients
from broadcasts.approval import Why, reasons
from broadcasts.content import Content
from broadcasts.correcting.binding import needed_second_person
from broadcasts.documents import Duplicate, duplicate_of
from broadcasts.granting import granted
from broadcasts.reach import Reach
from registry.models import Person


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Whom it would reach, which document it would repeat, and why a second person would have to look at it."""

    reach: Reach
    duplicate: Duplicate | None
    why: list[Why]
    # How many units would have to carry it out; None: it does not ask for that.
    carriers: int | None


def foresee(author: Person, content: Content) -> Foreseen:
    """What sending this content now would mean. It must be fit; refuses what the author may not send."""
    audience, grant = granted(author, content)
    reach = recipients.count(audience, roles=[*content.roles], author=author)
    asks = content.wants_carrying_out
    carriers = recipients.carriers(audience, author=author, issuer=grant.issuer) if asks else None
    why = reasons(content, schools=reach.schools, is_as_before=needed_second_person(content))
    return Foreseen(reach, duplicate_of(content, grant.issuer), why, carriers)
