"""What those who decide about rights may be told."""

from django.utils.translation import gettext_lazy as _

from realtime.errors import Refusal


class DecidedAbove(Refusal):
    """Nobody decides about themselves, their own child or who heads the same org (decision 22)."""

    code = "decided_above"
    status = 403
    text = _("This concerns you or somebody close to your office. The authority above decides it.")
