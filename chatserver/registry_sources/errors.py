"""What those who set up a source may be told."""

from django.utils.translation import gettext_lazy as _

from realtime.errors import Refusal


class AddressNotAllowed(Refusal):
    """Facts name the field."""

    code = "address_not_allowed"
    text = _("The address of the source is not called: it must be https and of the public network.")


class SecretWanted(Refusal):
    code = "secret_wanted"
    status = 409
    text = _(
        "With another address the secret has to be entered again: it is sent nowhere but where it was entered for."
    )


class SourceExists(Refusal):
    code = "source_exists"
    status = 409
    text = _("This school has a source for lists already. Send the list there.")


class SourceNameTaken(Refusal):
    code = "source_name_taken"
    status = 409
    text = _("There is a source of this name already. Choose another name.")


class NotSetUp(Refusal):
    code = "source_not_set_up"
    status = 409
    text = _("The source has no address, name or secret yet. Enter them first.")
