"""Writes into the session how sure the server is of who sits there; registry/assurance.py reads it."""

import datetime as dt
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_used
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from chatserver.signin.browser import mark_of
from chatserver.signin.let_in import is_let_in
from registry.assurance import BROWSER, CONFIRMED_AT, FRESH_FOR, SECOND_FACTOR
from registry.models import Account

# When the password (or what stands for it) was last given here: what a first second factor is set up by.
PROVEN_AT = "proven_at"
_GIVEN_BY = "second_factor_given_by"


def begin(request: HttpRequest, account: Account) -> None:
    """The session of a sign-in that has just ended: nothing of the one before it counts here."""
    for name in (SECOND_FACTOR, CONFIRMED_AT):
        request.session.pop(name, None)
    request.session[BROWSER] = mark_of(request)
    prove(request)
    if getattr(request, _GIVEN_BY, None) == account.pk:
        confirm(request)


def confirm(request: HttpRequest) -> None:
    """A second factor was given in this session just now, or set up in it."""
    request.session[SECOND_FACTOR] = True
    request.session[CONFIRMED_AT] = timezone.now().isoformat()
    request.session[BROWSER] = mark_of(request)


def prove(request: HttpRequest) -> None:
    """The password was given just now."""
    request.session[PROVEN_AT] = timezone.now().isoformat()


def is_proven(request: HttpRequest) -> bool:
    """Whether the password was given within the last five minutes."""
    at = request.session.get(PROVEN_AT, "")
    return at != "" and timezone.now() - dt.datetime.fromisoformat(at) < FRESH_FOR


def forget(request: HttpRequest) -> None:
    """The account has no second factor any more."""
    for name in (SECOND_FACTOR, CONFIRMED_AT):
        request.session.pop(name, None)


@receiver(authenticator_used)
def _given(
    request: HttpRequest, user: Account, authenticator: Authenticator, *, reauthenticated: bool = False, **_: Any
) -> None:
    """allauth tells of every code and passkey that was right. One that signs in is of the session that is begun next."""
    if is_let_in(authenticator):
        return
    if reauthenticated:
        confirm(request)
    else:
        setattr(request, _GIVEN_BY, user.pk)
