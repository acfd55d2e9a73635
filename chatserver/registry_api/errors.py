"""What those who look after a source may be told."""

from django.utils.translation import gettext_lazy as _

from realtime.errors import Refusal


class NotWaiting(Refusal):
    code = "not_waiting"
    status = 409
    text = _("This import does not wait for a decision any more. Look at what became of it.")


class SecondPersonWanted(Refusal):
    code = "second_person_wanted"
    status = 409
    text = _("You have confirmed this import already. For a whole province a second person has to confirm it too.")


class CannotRollBack(Refusal):
    """Facts name the reason: one of registry/sync/codes.py."""

    code = "cannot_roll_back"
    status = 409
    text = _("This import cannot be rolled back. {detail}")


class PackageTooLarge(Refusal):
    code = "package_too_large"
    status = 413
    text = _("The package is larger than {megabytes} MB. Nothing was read.")
