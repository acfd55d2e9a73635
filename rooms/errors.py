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


class NoSuchMessage(Refusal):
    code = "no_such_message"
    status = 404
    text = _("The message that you answer or forward is not there, or not open to you. Nothing was sent.")


class NotAMember(Refusal):
    code = "not_a_member"
    text = _("Only people of this room can be mentioned. Nothing was sent; take the name out and send again.")


class OutsideScope(Refusal):
    """What one circle of people was told does not reach another by a tap."""

    code = "outside_scope"
    status = 403
    text = _(
        "Not everybody in that room may read this message, so it cannot be forwarded there. You can copy its text, "
        "if it is about no child."
    )


class StaysAsItIs(Refusal):
    code = "stays_as_it_is"
    status = 409
    text = _("Polls and forwarded messages cannot be changed. Take it back and write a new one.")


class TooManyPins(Refusal):
    """Facts name how many are possible."""

    code = "too_many_pins"
    status = 409
    text = _("{most} messages are pinned here already. Unpin one first.")


class TimeNotPossible(Refusal):
    code = "time_not_possible"
    text = _("This time has passed or is too far ahead. Nothing was changed; choose another time.")


class PollNotPossible(Refusal):
    """Facts name the smallest and the largest number of options, and how long one may be."""

    code = "poll_not_possible"
    text = _("A poll has {least} to {most} different answers of at most {limit} characters. Nothing was sent.")


class NamesNotPossible(PollNotPossible):
    text = _("In this room a poll cannot show who chose what. Nothing was sent; send it without the names.")


class NoPollHere(Refusal):
    code = "no_poll_here"
    status = 409
    text = _("This message is not a poll.")


class PollClosed(Refusal):
    code = "poll_closed"
    status = 409
    text = _("This poll is over. The result stays as it is.")


class VotesAreSecret(Refusal):
    code = "votes_are_secret"
    status = 403
    text = _("This poll does not show who chose what.")
