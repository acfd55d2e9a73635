"""The six digits of an authenticator app (RFC 6238), and recovery codes: the one place that takes them."""

import re

from allauth.mfa import app_settings
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django.core.cache import cache

from chatserver.signin import let_in
from chatserver.signin.errors import SecondFactorWrong, TooManyAttempts
from realtime.errors import Refusal
from registry.models import Account

# Longer than the longest of allauth's windows that a person meets (settings.ACCOUNT_RATE_LIMITS): an honest "wait".
WAIT = 60


def take(account: Account, code: str, *, is_signing_in: bool) -> Authenticator:
    """The factor whose code this is; the code is used up. Refuses: wrong or used before, too many attempts."""
    let_in.end_late(account)
    kind = AuthenticateForm if is_signing_in else ReauthenticateForm
    # As people write them down: in groups, in small letters.
    form = kind(data={"code": plain(code)}, user=account)
    if not form.is_valid():
        raise refusal_of(form)
    if form.authenticator.type == Authenticator.Type.TOTP:
        use_up(account, code)
    form.save()
    return form.authenticator


def use_up(account: Account, code: str) -> None:
    """Refuses a code of an app that was given before (RFC 6238, 5.2), for as long as a code may be right."""
    steps = 2 * app_settings.TOTP_TOLERANCE + 1
    key = f"signin.code_used:{account.pk}:{plain(code)}"
    if not cache.add(key, True, timeout=steps * app_settings.TOTP_PERIOD):
        raise SecondFactorWrong


def refusal_of(form: AuthenticateForm) -> Refusal:
    """What the form found, in our words."""
    codes = {error.code for errors in form.errors.as_data().values() for error in errors}
    if codes & {"too_many_login_attempts", "rate_limited"}:
        return TooManyAttempts(retry_after=WAIT)
    return SecondFactorWrong()


def plain(code: str) -> str:
    """Without what was put in for reading."""
    return re.sub(r"[\s-]", "", code).upper()
