"""Who is asking."""

from django.http import HttpRequest
from rest_framework.request import Request

from registry.models import Account, Person
from registry.selectors import live_people


def person_of(request: HttpRequest | Request) -> Person | None:
    """The live person behind this request's session, or None; read once a request."""
    user = request.user
    if not isinstance(user, Account) or not user.is_active or user.person_id is None:
        return None
    if not hasattr(user, "live_person"):
        user.live_person = live_people().filter(pk=user.person_id).first()  # type: ignore[attr-defined]
    return user.live_person  # type: ignore[attr-defined, no-any-return]
