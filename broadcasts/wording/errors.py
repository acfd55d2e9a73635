"""What those who keep templates may be told."""

from django.utils.translation import gettext_lazy as _

from realtime import Refusal


class TooManyTemplates(Refusal):
    code = "too_many_templates"
    status = 409
    text = _("There are {most} templates of yours already. Please remove some that are no longer needed.")
