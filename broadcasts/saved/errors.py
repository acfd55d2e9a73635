"""What those who keep selections may be told."""

from django.utils.translation import gettext_lazy as _

from realtime import Refusal


class TooManySaved(Refusal):
    """Facts: the `most` that one person keeps."""

    code = "too_many_saved"
    status = 409
    text = _("There are {most} saved groups of recipients already. Please delete some that are no longer needed.")
