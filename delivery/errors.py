"""What may be refused about push addresses."""

from django.utils.translation import gettext_lazy as _

from realtime.errors import Refusal


class PushAddressRefused(Refusal):
    """Not one of the push services that are called; which rule it broke is not told."""

    code = "push_address_refused"
    text = _(
        "This browser's push service is not one that notices can be sent to. They are here whenever you open the app."
    )


class PushKeysRefused(Refusal):
    """The keys cannot be encrypted for."""

    code = "push_keys_refused"
    text = _("This browser gave keys that notices cannot be encrypted with. Turn notifications off and on again.")
