"""What those who change the ladder may be told."""

from django.utils.translation import gettext_lazy as _

from realtime import Refusal


class NotALadder(Refusal):
    """Facts name the `row` and how many steps it has at `most`."""

    code = "not_a_ladder"
    text = _(
        "These steps do not go together: it begins with a push to everybody, no step stands twice, and there are at most "
        "{most}. Nothing was changed."
    )


class TooWeak(Refusal):
    """Facts name the `row`."""

    code = "ladder_too_weak"
    text = _("“Immediate” may do more and sooner than the common table, never less or later. Nothing was changed.")


class LockedAbove(Refusal):
    """Facts name the `row`, or "quiet"."""

    code = "ladder_locked"
    status = 409
    text = _("A unit above has decided this for all. Nothing was changed.")


class QuietNotPossible(Refusal):
    code = "quiet_not_possible"
    text = _("Quiet hours begin between 19:00 and 23:59 and end between 4:00 and 9:00. Nothing was changed.")


class LadderChanged(Refusal):
    """Facts: the `version` that stands now."""

    code = "changed_elsewhere"
    status = 409
    text = _("Somebody has changed this meanwhile. Nothing was changed; look at it again.")
