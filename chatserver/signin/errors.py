"""Refusals of sign-in."""

from django.utils.translation import gettext_lazy as _

from realtime.errors import Refusal
from registry.activation import ActivationRefused, Reason


class WrongNameOrPassword(Refusal):
    """Also for names that do not exist: which names do is nobody's business."""

    code = "wrong_name_or_password"
    status = 401
    text = _("The sign-in name or the password is not right.")


class SecondFactorWanted(Refusal):
    code = "second_factor_wanted"
    status = 401
    text = _("Please enter the 6-digit code from your authenticator app.")


class SecondFactorWrong(Refusal):
    code = "second_factor_wrong"
    status = 401
    text = _("This code is not right, or no longer valid. Please enter the newest one.")


class PasswordWanted(Refusal):
    """A first second factor is set up by who has just given the password, not by who finds an open browser."""

    code = "password_wanted"
    status = 403
    text = _("Please enter your password once more.")


class LastFactor(Refusal):
    code = "last_factor"
    status = 409
    text = _("This is your only way to confirm that it is you. Please add another one first; then remove this one.")


class PasskeyRefused(Refusal):
    code = "passkey_refused"
    text = _("This passkey could not be used. Please try again, or use the 6-digit code.")


class AccountClosed(Refusal):
    code = "account_closed"
    status = 403
    text = _(
        "This account is closed, because the school's registry no longer lists this person. Please ask the school."
    )


class FormExpired(Refusal):
    """The CSRF token is missing or old; the app fetches /api/me and tries once more."""

    code = "form_expired"
    status = 403
    retry = True
    text = _("This page has been open for too long. Please try again.")


class TooManyAttempts(Refusal):
    code = "too_many_attempts"
    status = 429
    retry = True
    text = _("Too many wrong attempts. Please wait a few minutes and try again.")


class CodeMalformed(Refusal):
    code = "code_malformed"
    text = _(
        "A code has 12 letters and digits, and never the letters O and I or the digits 0 and 1. "
        "Please compare it with the letter from the school."
    )


class CodeUnknown(Refusal):
    code = "code_unknown"
    status = 404
    text = _("There is no such code. Please compare every letter with the letter from the school.")


class CodeUsed(Refusal):
    code = "code_used"
    status = 410
    text = _("This code has already been used. If it was not you, tell the school; ask it for a new code.")


class CodeExpired(Refusal):
    code = "code_expired"
    status = 410
    text = _("This code is no longer valid. Please ask the school for a new one.")


class CodeRevoked(Refusal):
    code = "code_revoked"
    status = 410
    text = _("The school has taken this code back. Please ask it for a new one.")


class NoAccountYet(Refusal):
    code = "no_account_yet"
    status = 403
    text = _("Pupils have an account of their own from grade 6. Until then the guardian's app shows the class.")


class StaffSignInByPassword(Refusal):
    code = "staff_sign_in_by_password"
    status = 403
    text = _("Staff sign in with name and password, not with a code.")


class PasswordTooWeak(Refusal):
    code = "password_too_weak"
    text = _("Please choose a password of at least 10 characters that is not a common one.")


class PasswordWrong(Refusal):
    code = "password_wrong"
    status = 403
    text = _("Your present password is not right.")


_OF_REASON: dict[Reason, type[Refusal]] = {
    Reason.MALFORMED: CodeMalformed,
    Reason.UNKNOWN: CodeUnknown,
    Reason.USED: CodeUsed,
    Reason.EXPIRED: CodeExpired,
    Reason.REVOKED: CodeRevoked,
    Reason.TOO_MANY: TooManyAttempts,
    Reason.NO_ACCOUNT_YET: NoAccountYet,
    Reason.STAFF: StaffSignInByPassword,
}


def refusal_of(refused: ActivationRefused) -> Refusal:
    """The registry's no, in the shape that clients are told."""
    return _OF_REASON[refused.reason](retry_after=refused.retry_after)
