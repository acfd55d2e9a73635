"""The words of the ledger: how far somebody is reached, why not, and by whom they were told."""

from enum import StrEnum

from broadcasts.models import BY_HAND


class State(StrEnum):
    """How far a notice has got with one subject, strongest first."""

    ACKNOWLEDGED = "acknowledged"
    SEEN = "seen"
    CONTACTED = "contacted"
    DELIVERED = "delivered"
    WAITING = "waiting"


class Reason(StrEnum):
    """Why it has not reached them."""

    NO_ACCOUNT = "no_account"
    SIGNED_OUT = "signed_out"
    NO_PUSH = "no_push"
    NOT_OPENED = "not_opened"


class Part(StrEnum):
    """Whom lists give names of."""

    PUPIL = "pupil"
    ADULT = "adult"


REACHED = (State.ACKNOWLEDGED, State.SEEN, State.CONTACTED)
UNREACHED = (State.DELIVERED, State.WAITING)
# The channels by hand as bits of one number: rows that count alike are added up alike.
BITS = {channel: 1 << place for place, channel in enumerate(BY_HAND)}
