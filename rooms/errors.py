"""What those who talk in rooms may be told."""

from django.utils.translation import gettext_lazy as _

from realtime import Refusal


class MayNotPost(Refusal):
    code = "may_not_post"
    status = 403
    text = _("You can read here, but not write.")


class TalkClosed(MayNotPost):
    """To those who could write if those who lead the room opened the talk."""

    code = "talk_closed"
    text = _("Writing is not open here now. Those who lead this room can open it.")


class MayNotModerate(Refusal):
    code = "may_not_moderate"
    status = 403
    text = _("Only those who lead this room can do this.")


class NotYours(Refusal):
    code = "not_yours"
    status = 403
    text = _("Only who wrote this message can change it.")


class TooLate(Refusal):
    """Facts name the minutes."""

    code = "too_late"
    status = 409
    text = _("A message can be changed or taken back for {minutes} minutes. It stays as it is.")


class AlreadyRemoved(Refusal):
    code = "already_removed"
    status = 409
    text = _("This message has been taken back. It cannot be changed any more.")


class NameTaken(Refusal):
    """The client used the name of an earlier message for another text or another room."""

    code = "name_taken"
    status = 409
    text = _("This message was already sent with another text. Look at the conversation before you send again.")


class Empty(Refusal):
    code = "empty"
    text = _("There is nothing to send yet.")


class TooLong(Refusal):
    """Facts name the limit and the length that came."""

    code = "too_long"
    text = _("This message is too long: {length} characters, at most {limit} are possible. Send it in parts.")
