"""The words of the ladder."""

from enum import StrEnum
from typing import Annotated

import msgspec

from broadcasts.models import Urgency

# A rung later than that is no longer about the same matter.
LONGEST = 7 * 24 * 60


class Side(StrEnum):
    """Who is told: heads, offices and all others who have a notice at work; or guardians and pupils."""

    STAFF = "staff"
    HOUSEHOLDS = "households"


class Action(StrEnum):
    """What a rung does. `deputy`: tells those who stand in for a head, and the office; `call_list`: tells those who can go
    and telephone."""

    PUSH = "push"
    SMS = "sms"
    EMAIL = "email"
    DEPUTY = "deputy"
    CALL_LIST = "call_list"


class To(StrEnum):
    """Everybody who has the notice, or those alone who have not confirmed it by then."""

    ALL = "all"
    SILENT = "silent"


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of the table: so many minutes after the notice has left, this is done."""

    after: Annotated[int, msgspec.Meta(ge=0, le=LONGEST)]
    action: Action
    to: To = To.SILENT


# The sources of delivery: what tells of a notice for the first time, and what a rung says.
FIRST, RUNG = "broadcast", "rung"
Key = tuple[Urgency, Side]
Table = dict[Key, tuple[Step, ...]]

# Which channel an action goes over; the others tell people in the app and by push.
CHANNEL_OF = {Action.PUSH: "webpush", Action.SMS: "sms", Action.EMAIL: "email"}


def named(key: Key) -> str:
    """A row's name, as it is kept and told: "khan.households"."""
    urgency, side = key
    return f"{urgency.value}.{side.value}"


KEYS: dict[str, Key] = {named((urgency, side)): (urgency, side) for urgency in Urgency for side in Side}
QUIET = "quiet"


def waits_for_morning(key: Key) -> bool:
    """Whether quiet hours hold for it: a family's night is not broken for what can wait until six."""
    urgency, side = key
    return side is Side.HOUSEHOLDS and urgency in (Urgency.ORDINARY, Urgency.URGENT)


def has_end(urgency: str) -> bool:
    """Whether its rungs end by themselves: what is asked for at once is over after a day, unless its author says when."""
    return urgency in (Urgency.VERY_URGENT, Urgency.FLASH)
