"""Everything a client may be told, over REST and socket alike, is a small subclass of Refusal."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """A clear no. `code` is for programs, `text` for people in their language, `status` for HTTP.

    `retry` says whether the same request may succeed later; `retry_after` (seconds) when. Extra facts go into `facts`.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400
    retry: ClassVar[bool] = False
    text: Any = _("This is not possible.")

    def __init__(self, *, retry_after: float | None = None, **facts: Any) -> None:
        super().__init__(self.code)
        self.retry_after = retry_after
        # A refusal may quote a field's name, and half a surrogate pair cannot be written as UTF-8.
        self.facts = {
            name: fact.encode("utf-8", "replace").decode() if isinstance(fact, str) else fact
            for name, fact in facts.items()
        }

    def shape(self) -> dict[str, Any]:
        """The refusal as clients get it: code, detail (in the active language), and what helps them go on."""
        told: dict[str, Any] = {
            "code": self.code,
            "detail": str(self.text).format_map(_Lenient(self.facts)),
            "retry": self.retry,
        }
        if self.retry_after is not None:
            told["retry_after"] = self.retry_after
        if self.facts:
            told["facts"] = self.facts
        return told


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


class NotSignedIn(Refusal):
    code = "not_signed_in"
    status = 401
    text = _("Please sign in first.")


class NotFound(Refusal):
    """Also the answer to a stranger: what one may not see and what is not there look the same."""

    code = "not_found"
    status = 404
    text = _("This does not exist, or is not open to you.")


class NotAllowed(Refusal):
    code = "not_allowed"
    status = 403
    text = _("You do not have the right to do this.")


class SecondFactorMissing(Refusal):
    """This session was begun with a password alone, and no second factor was given in it since."""

    code = "second_factor_missing"
    status = 403
    text = _("Sending beyond a class needs two-step sign-in. Please set it up, or confirm it here. Nothing was done.")


class ConfirmAgain(Refusal):
    """The second factor was given more than five minutes ago."""

    code = "confirm_again"
    status = 403
    text = _("Please confirm once more that it is you: with the 6-digit code or the passkey. Nothing was done yet.")


class BadFrame(Refusal):
    code = "bad_frame"
    text = _("The app sent something the server does not understand. Please update the app.")


class UnknownOrder(Refusal):
    code = "unknown_order"
    text = _("The app asked for something the server does not know. Please update the app.")


class BadInput(Refusal):
    """A field is missing, of the wrong type or out of range; facts name the field and what would be right."""

    code = "bad_input"
    text = _("Something in the form is not right: {field}.")


class BodyTooLarge(Refusal):
    """The body of a request is longer than any that is expected; facts name the most."""

    code = "body_too_large"
    status = 413
    text = _("This is more than {megabytes} MB. Nothing was read.")


class TooFast(Refusal):
    code = "too_fast"
    status = 429
    retry = True
    text = _("Too many requests. Please wait a moment; nothing you wrote is lost.")


class Overloaded(Refusal):
    code = "overloaded"
    status = 503
    retry = True
    text = _("The server is busy. It will try again by itself; nothing you wrote is lost.")


class Unavailable(Refusal):
    """The database does not answer: nothing was written, the client keeps what it has and tries again."""

    code = "unavailable"
    status = 503
    retry = True
    text = _("The server cannot save right now. Your message stays on this device and is sent later.")


class Bug(Refusal):
    """A fault of ours. The reference stands in the log; nothing else about it leaves the server."""

    code = "bug"
    status = 500
    retry = True
    text = _("Something went wrong on our side ({reference}). Nothing you wrote is lost; please try again later.")
