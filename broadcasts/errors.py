"""What those who write and answer notices may be told."""

from django.utils.translation import gettext_lazy as _

from realtime import Refusal


class NotYourAudience(Refusal):
    """Also the answer where there is no such org or class: what one may not reach and what is not look the same."""

    code = "not_your_audience"
    status = 403
    text = _("You cannot send notices to this unit or class. Nothing was sent.")


class NotYourUrgency(Refusal):
    code = "not_your_urgency"
    status = 403
    text = _("Urgent notices are sent by the school and above. Nothing was sent; send it as an ordinary notice.")


class EmptyAudience(Refusal):
    code = "empty_audience"
    text = _("Nobody would receive this notice. Nothing was sent; choose other recipients.")


class Empty(Refusal):
    """Facts name the field."""

    code = "empty"
    text = _("Something is not written yet. Nothing was sent.")


class TooLong(Refusal):
    """Facts name the field, its limit and the length that came."""

    code = "too_long"
    text = _("This is too long: at most {limit} characters. Nothing was sent; please shorten it.")


class TimeNotPossible(Refusal):
    """Facts name the field: `leaves_at` has passed or is more than a year ahead, `acknowledge_by` is not after it."""

    code = "time_not_possible"
    text = _("This time has passed or is too far ahead. Nothing was sent; choose another time.")


class NotToBeCarriedOut(Refusal):
    """Asked for of a notice that is no direction, or not addressed to staff."""

    code = "not_to_be_carried_out"
    text = _("Only a direction to the heads and offices of units can be asked to be carried out. Nothing was sent.")


class AudienceChanged(Refusal):
    """Facts: how many `people` it would reach now."""

    code = "audience_changed"
    status = 409
    text = _("The recipients have changed: it would now reach {people} people. Nothing was sent; look at it once more.")


class DuplicateDocument(Refusal):
    """Facts name the earlier notice (`broadcast`) and its day (`issued_on`)."""

    code = "duplicate_document"
    status = 409
    text = _(
        "A document with this number was sent already, of {issued_on}. Nothing was sent; confirm that it is meant so."
    )


class NameTaken(Refusal):
    """The client used the name of an earlier notice for another content."""

    code = "name_taken"
    status = 409
    text = _("This notice was already sent with other content. Check the list of sent notices.")


class NothingToAcknowledge(Refusal):
    code = "nothing_to_acknowledge"
    status = 409
    text = _("There is nothing for you to confirm here.")
