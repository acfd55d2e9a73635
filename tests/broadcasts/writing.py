"""Drafts and notices for the tests, as clients write them."""

import uuid
from typing import Any

from broadcasts import actions
from broadcasts.content import content_from
from broadcasts.models import Broadcast
from registry.models import Org, Person, SchoolClass


def draft(to: Org | SchoolClass, **different: Any) -> dict[str, Any]:
    """A draft in JSON: an ordinary notice to everybody there, to be acknowledged."""
    audience = {"org": to.pk} if isinstance(to, Org) else {"class": to.pk}
    return {
        "audience": audience,
        "roles": ["guardians", "students", "teachers", "staff"],
        "kind": "thong_tin",
        "urgency": "thuong",
        "title": "Nghỉ học do mưa bão",
        "body": "Ngày mai học sinh nghỉ học. Đề nghị gia đình giữ các em ở nhà.",
        "wants_acknowledgement": True,
    } | different


def publish(author: Person, to: Org | SchoolClass, **different: Any) -> Broadcast:
    """A notice, sent."""
    ready = content_from(draft(to, **different))
    broadcast, _is_new = actions.publish(author, ready, client_broadcast_id=uuid.uuid4())
    return broadcast
