"""Second factors of an account: set up, listed, removed. TOTP (RFC 6238), passkeys (WebAuthn) and recovery codes are
django-allauth's; who may change them, and when, is decided here."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP, clear_totp_secret, get_totp_secret
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.internal.auth import WebAuthn, begin_registration
from django.db import transaction
from django.http import HttpRequest

from broadcasts.assured import require_fresh
from chatserver.signin import assured, codes, devices, let_in, passwords
from chatserver.signin.errors import LastFactor, PasskeyRefused, PasswordWanted
from chatserver.signin.second_factors import SecondFactorAdapter
from realtime.errors import NotFound, SecondFactorMissing
from registry import audit
from registry.assurance import assurance_of
from registry.models import Account
from registry.selectors import SENDING_ROLES, live_roles

# What counts as one. Recovery codes only stand in for it.
KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_enrolled(account: Account) -> bool:
    """Whether the account has a second factor."""
    return bool(Authenticator.objects.filter(user=account, type__in=KINDS).exists())


def is_wanted(account: Account) -> bool:
    """Whether the account's person may send beyond a class, and needs one."""
    return live_roles().filter(person=account.person_id, role__in=SENDING_ROLES).exists()


def factors_of(account: Account) -> tuple[list[Authenticator], int]:
    """The account's second factors, oldest first, and how many recovery codes are left."""
    rows = list(Authenticator.objects.filter(user=account).order_by("pk"))
    left = sum(
        len(row.wrap().get_unused_codes()) for row in rows if row.type not in KINDS and not let_in.is_let_in(row)
    )
    return [row for row in rows if row.type in KINDS], left


def require_may_change(request: HttpRequest, account: Account, password: str = "") -> None:
    """Refuses whoever only found this browser open: who has a second factor gives it (confirm_again), who has none gives
    the password (password_wanted), unless they did so within the last five minutes."""
    if is_enrolled(account):
        require_fresh(assurance_of(request))
    elif password:
        passwords.prove(request, account, password)
    elif account.has_usable_password() and not assured.is_proven(request):
        raise PasswordWanted


def begin_totp(account: Account) -> tuple[str, str]:
    """A secret for an authenticator app, and the address that holds it. Nothing is set up yet: the secret waits in the
    session for its first code."""
    secret = get_totp_secret(regenerate=True)
    return secret, SecondFactorAdapter().build_totp_url(account, secret)


def add_totp(request: HttpRequest, account: Account, code: str) -> list[str]:
    """The app whose secret waits in the session is the account's second factor, in place of an app before it. Gives the
    recovery codes if these are the first. Refuses: second_factor_wrong, too_many_attempts."""
    form = ActivateTOTPForm(data={"code": codes.plain(code)}, user=account)
    if not form.is_valid():
        raise codes.refusal_of(form)
    codes.use_up(account, code)
    with transaction.atomic():
        _lock(account)
        Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).delete()
        TOTP.activate(account, form.secret)
        made = _added(request, account, Authenticator.Type.TOTP)
    clear_totp_secret(request)
    return made


def begin_passkey(account: Account) -> dict[str, Any]:
    """What the browser wants to know to make a passkey (WebAuthn, 5.4); the challenge waits in the session."""
    return dict(begin_registration(account, passwordless=False))


def add_passkey(request: HttpRequest, account: Account, *, name: str, credential: dict[str, Any]) -> list[str]:
    """The passkey is a second factor of the account. Gives the recovery codes if these are the first. Refuses:
    passkey_refused, which says no more, since only a broken or a forged one is refused."""
    # Who gave it no name recognises it by the browser that made it.
    told = name or devices.label_of(request.headers.get("User-Agent", ""))
    form = AddWebAuthnForm(data={"name": told, "credential": credential}, user=account)
    try:
        is_right = form.is_valid()
    except (ValueError, KeyError) as malformed:
        raise PasskeyRefused from malformed
    if not is_right:
        raise PasskeyRefused
    with transaction.atomic():
        _lock(account)
        WebAuthn.add(account, form.cleaned_data["name"], form.cleaned_data["credential"])
        return _added(request, account, Authenticator.Type.WEBAUTHN)


@transaction.atomic
def remove(request: HttpRequest, account: Account, factor_id: int) -> None:
    """The factor opens nothing any more; with the last one go the recovery codes. Refuses: last_factor to who needs one."""
    _lock(account)
    mine = Authenticator.objects.filter(user=account, type__in=KINDS)
    found = mine.filter(pk=factor_id).first()
    if found is None:
        raise NotFound
    is_last = not mine.exclude(pk=found.pk).exists()
    if is_last and is_wanted(account):
        raise LastFactor
    found.delete()
    if is_last:
        Authenticator.objects.filter(user=account).delete()
        assured.forget(request)
    audit.record(account.person, "second_factor.removed", subject=f"account:{account.pk}", kind=str(found.type))


@transaction.atomic
def renew_recovery_codes(account: Account) -> list[str]:
    """Ten codes, in plain, once; those before them are good no more. Refuses where there is nothing to recover."""
    _lock(account)
    if not is_enrolled(account):
        raise SecondFactorMissing
    Authenticator.objects.filter(user=account, type=Authenticator.Type.RECOVERY_CODES).delete()
    made: list[str] = RecoveryCodes.activate(account).get_unused_codes()
    audit.record(account.person, "recovery_codes.made", subject=f"account:{account.pk}")
    return made


def _added(request: HttpRequest, account: Account, kind: str) -> list[str]:
    let_in.finish(account)
    assured.confirm(request)
    has_codes = Authenticator.objects.filter(user=account, type=Authenticator.Type.RECOVERY_CODES).exists()
    made: list[str] = [] if has_codes else RecoveryCodes.activate(account).get_unused_codes()
    audit.record(account.person, "second_factor.added", subject=f"account:{account.pk}", kind=str(kind))
    return made


def _lock(account: Account) -> None:
    """Two requests at once do not each take the other for the factor that stays."""
    Account.objects.select_for_update().get(pk=account.pk)
