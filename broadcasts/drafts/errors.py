"""What those who write and decide may be told about a notice on its way."""

from django.utils.translation import gettext_lazy as _

from realtime import Refusal


class ChangedElsewhere(Refusal):
    """Somebody changed it since it was read. Facts: its `version` now."""

    code = "changed_elsewhere"
    status = 409
    text = _("This notice was changed on another device or by somebody else. Look at the newest version first.")


class OnItsWay(Refusal):
    """Facts: its `state`."""

    code = "on_its_way"
    status = 409
    text = _("This notice is on its way or was sent already. To change it, take it back first.")


class AlreadyLeft(Refusal):
    code = "already_left"
    status = 409
    text = _("This notice has been sent already and cannot be taken back this way.")


class TooManyDrafts(Refusal):
    code = "too_many_drafts"
    status = 409
    text = _("There are {most} drafts already. Please discard some that are no longer needed.")


class NotWaiting(Refusal):
    """Facts: its `state`."""

    code = "not_waiting"
    status = 409
    text = _("This notice does not wait for a decision any more. Look at what became of it.")


class TooLate(Refusal):
    """It went back to its author."""

    code = "too_late"
    status = 409
    text = _("The time to decide about this notice is over. It went back to its author; nothing was sent.")


class ReturnedToAuthor(Refusal):
    """Facts: the `problem`, a code of this list."""

    code = "returned_to_author"
    status = 409
    text = _("This notice can no longer be sent as it is and went back to its author. Nothing was sent.")


class OwnNotice(Refusal):
    """Also where another record of the same human wrote it."""

    code = "own_notice"
    status = 403
    text = _("This is your own notice: another person has to decide about it. Nothing was sent.")


class SameBrowser(Refusal):
    """It was submitted in this browser, or nobody knows which one this is."""

    code = "same_browser"
    status = 403
    text = _("The second person approves on a device of their own. Please sign in on another device. Nothing was sent.")


class NoSecondPersonWanted(Refusal):
    code = "no_second_person_wanted"
    status = 409
    text = _("This notice needs no second person. Please send it in the ordinary way; nothing was sent yet.")


class ReasonTooShort(Refusal):
    """Facts: the `least` and the `length` that came."""

    code = "reason_too_short"
    text = _("Please say why in at least {least} characters: it is reported. Nothing was sent.")


class SecondPersonWanted(Refusal):
    """Never an answer, only the problem for which a notice came back: it reaches more than when it was submitted."""

    code = "second_person_wanted"
    status = 409
    text = _("This notice now needs a second person. Please submit it again; nothing was sent.")


class IssuerChanged(Refusal):
    """Only a problem: its author now speaks for another org than when it was submitted."""

    code = "issuer_changed"
    status = 409
    text = _("This notice would go out in another name than when it was submitted. Look at it again; nothing was sent.")
