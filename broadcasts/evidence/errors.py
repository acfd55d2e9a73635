"""What those who ask for evidence may be told."""

from django.utils.translation import gettext_lazy as _

from realtime import Refusal


class MayNotTakeEvidence(Refusal):
    """They see what was done, and may not carry it out of the house."""

    code = "may_not_take_evidence"
    status = 403
    text = _(
        "The proof of this notice is taken away by who issued or approved it, or who leads that unit. Please ask them."
    )
