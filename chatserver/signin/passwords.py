"""Names, passwords and second factors, through django-allauth: its backend, its rate limits, its stages."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.contrib.auth import HASH_SESSION_KEY, password_validation
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from chatserver.signin import assured, codes, devices
from chatserver.signin.codes import WAIT
from chatserver.signin.errors import (
    AccountClosed,
    PasswordTooWeak,
    PasswordWrong,
    SecondFactorWanted,
    TooManyAttempts,
    WrongNameOrPassword,
)
from realtime.errors import NotSignedIn
from registry import audit
from registry.models import Account
from registry.selectors import live_people


def sign_in(request: HttpRequest, *, username: str, password: str) -> None:
    """Signs this browser in, or refuses: wrong, closed, too often, or a second factor is wanted first."""
    if not ratelimit.consume(request, action="login"):
        raise TooManyAttempts(retry_after=WAIT)
    credentials = {"username": username.strip(), "password": password}
    account = _authenticated(request, credentials)
    require_open(account)
    perform_password_login(request, credentials, Login(user=account))
    if not request.user.is_authenticated:
        types = Authenticator.objects.filter(user=account).values_list("type", flat=True)
        raise SecondFactorWanted(types=sorted(types))


def _authenticated(request: HttpRequest, credentials: dict[str, str]) -> Account:
    try:
        account = get_adapter(request).authenticate(request, **credentials)
    except ValidationError as limited:
        raise TooManyAttempts(retry_after=WAIT) from limited
    if not isinstance(account, Account):
        raise WrongNameOrPassword
    return account


def require_open(account: Account) -> None:
    """Refuses accounts that were closed, and those whose person the registry no longer lists."""
    listed = account.person_id is not None and live_people().filter(pk=account.person_id).exists()
    if not account.is_active or not listed:
        raise AccountClosed


def give_second_factor(request: HttpRequest, code: str) -> None:
    """Ends the sign-in that was waiting for it."""
    stage = LoginStageController.enter(request, AuthenticateStage.key)
    if stage is None:
        raise NotSignedIn
    codes.take(stage.login.user, code, is_signing_in=True)
    stage.exit()


def prove(request: HttpRequest, account: Account, password: str) -> None:
    """The password once more, by who is signed in. Refuses: wrong, too often."""
    if not ratelimit.consume(request, action="reauthenticate", user=account):
        raise TooManyAttempts(retry_after=WAIT)
    if not account.check_password(password):
        raise PasswordWrong
    assured.prove(request)


def change(request: HttpRequest, account: Account, *, password: str, present: str) -> None:
    """Sets the account's password (a household's first one needs no present one) and signs out every other device."""
    if not ratelimit.consume(request, action="change_password", user=account):
        raise TooManyAttempts(retry_after=WAIT)
    if account.has_usable_password() and not account.check_password(present):
        raise PasswordWrong
    try:
        password_validation.validate_password(password, account)
    except ValidationError as weak:
        raise PasswordTooWeak from weak
    account.set_password(password)
    account.save(update_fields=["password"])
    audit.record(account.person, "password.changed", subject=f"account:{account.pk}")
    # This browser stays signed in under its key, so that its socket stays too; sessions carry a hash of the password.
    request.session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    devices.end_all(account, but=devices.device_of(request))
