"""What those who note contacts may be told."""

from django.utils.translation import gettext_lazy as _

from realtime import Refusal


class WrongTime(Refusal):
    """Facts name the field."""

    code = "time_not_possible"
    text = _("A contact cannot lie in the future or before the notice. Nothing was noted; check the time.")


class ContactNamed(Refusal):
    """The client used the name of an earlier contact for another one."""

    code = "name_taken"
    status = 409
    text = _("This contact was already noted with other content. Look at the list again.")
