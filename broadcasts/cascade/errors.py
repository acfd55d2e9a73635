"""What those who carry out a notice may be told."""

from django.utils.translation import gettext_lazy as _

from realtime import Refusal


class NoUnits(Refusal):
    code = "no_units"
    text = _("No unit below yours receives this notice, so none can carry it out. Nothing was sent.")


class ConfirmFirst(Refusal):
    code = "confirm_first"
    status = 409
    text = _("Your unit has not confirmed this notice yet. Please confirm it first.")


class AlreadyRelayed(Refusal):
    """Facts: the notice (`relay`) by which the unit passed it down."""

    code = "already_relayed"
    status = 409
    text = _("Your unit has passed this notice down already. Nothing was sent; look at the notice that went out.")


class RelayElsewhere(Refusal):
    code = "relay_elsewhere"
    status = 403
    text = _(
        "A notice is passed down to your own unit and what is below it. Nothing was sent; choose other recipients."
    )


class DrillStaysDrill(Refusal):
    code = "drill_stays_drill"
    text = _("A drill is passed down as a drill, and what is real as real. Nothing was sent; change it back.")


class NotOfTheUnit(Refusal):
    code = "not_of_the_unit"
    text = _("Only somebody on the unit's staff who has received this notice can take it over. Nothing was changed.")
