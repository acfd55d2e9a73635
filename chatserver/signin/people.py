"""Who is asking, or a refusal. Who is behind a request is told by registry.people, to every package."""

from django.http import HttpRequest
from rest_framework.request import Request

from realtime.errors import NotSignedIn
from registry.models import Account, Person
from registry.people import person_of


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
