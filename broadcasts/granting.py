"""The right behind a notice: whom its content names, and in whose name its author may send to them."""

from broadcasts import policy
from broadcasts.audiences import Audience, audience_for
from broadcasts.content import Content
from broadcasts.correcting import binding
from broadcasts.errors import NotYourAudience
from broadcasts.policy import Grant
from registry.models import Person


def granted(author: Person, content: Content) -> tuple[Audience, Grant]:
    """Whom it is for, and the grant under which this author sends to them today. Refuses what they may not reach, which is
    also the answer where there is no such org or class, and an urgency that is not theirs. The audience must name one. Of a
    correction: those who hold what it corrects."""
    if content.corrects:
        return binding.granted(author, content, content.corrects.broadcast)
    audience = audience_for(content.audience)
    if audience is None:
        raise NotYourAudience
    return audience, policy.require(author, audience, urgency=content.urgency)
