"""What those may be told who correct a notice, or answer one that was corrected."""

from django.utils.translation import gettext_lazy as _

from realtime import Refusal


class AlreadyCorrected(Refusal):
    """Facts: what holds instead (`by`), and `how` it took its place."""

    code = "already_corrected"
    status = 409
    text = _("Another notice has taken the place of this one already. Nothing was done; look at the newer one.")


class Superseded(Refusal):
    """Of an answer. Facts as in AlreadyCorrected."""

    code = "superseded"
    status = 409
    text = _(
        "This notice no longer holds: it was corrected, replaced or recalled. Please read the newer one and confirm that."
    )


class CorrectionTooWeak(Refusal):
    """Facts: the `least` urgency that it may have."""

    code = "correction_too_weak"
    text = _(
        "A correction is at least as urgent as the notice that it corrects. Nothing was sent; choose a higher urgency."
    )
