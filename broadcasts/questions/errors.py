"""What those who ask and answer about notices may be told."""

from django.utils.translation import gettext_lazy as _

from realtime import Refusal


class QuestionNamed(Refusal):
    """The client used the name of an earlier message or question for another one."""

    code = "name_taken"
    status = 409
    text = _("This question was already sent with other content. Look at the conversation before you send again.")


class AnswerNamed(Refusal):
    """The client used the name of an earlier answer for another one."""

    code = "name_taken"
    status = 409
    text = _("This answer was already published with other content. Look at the notice before you publish again.")


class AlreadyAnswered(Refusal):
    """Facts: the ids of those `questions` that do not wait any more."""

    code = "already_answered"
    status = 409
    text = _("One of these questions has been answered meanwhile or was taken back. Nothing was published; look again.")


class SeveralPlaces(Refusal):
    """Questions of several classes or schools, by somebody who answers for one of them."""

    code = "several_places"
    text = _("These questions come from more than one class or school. Please answer them separately.")


class NamesSomebody(Refusal):
    """Facts name the `field`: it holds the name of somebody who asked, or of their child."""

    code = "names_somebody"
    text = _("This text names somebody who asked, or their child. Everybody will read it: please take the name out.")
