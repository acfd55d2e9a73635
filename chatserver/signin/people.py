"""Who is asking."""

from django.http import HttpRequest
from rest_framework.request import Request

from realtime.errors import NotSignedIn
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


def required_person(request: HttpRequest | Request) -> Person:
    """The live person behind this request's session; refuses when there is none."""
    person = person_of(request)
    if person is None:
        raise NotSignedIn
    return person


def account_of(request: HttpRequest | Request) -> Account:
    """The account behind this request's session; refuses when there is none."""
    if not isinstance(request.user, Account):
        raise NotSignedIn
    return request.user
