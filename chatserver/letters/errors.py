"""Refusals of letters."""

from django.utils.translation import gettext_lazy as _

from realtime.errors import Refusal


class TooManyLetters(Refusal):
    """More than one request can print; facts say how many at once are fine."""

    code = "too_many_letters"
    text = _("These are too many letters at once. Please print class by class: at most {most} at a time.")


class NobodyToWrite(Refusal):
    code = "nobody_to_write"
    status = 409
    text = _("Everybody here has an account or an open letter already, so there is none to print.")


class NoOpenLetter(Refusal):
    code = "no_open_letter"
    status = 409
    text = _("This person has no letter that could be taken back.")
