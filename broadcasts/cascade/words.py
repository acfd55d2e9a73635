"""The words of the chain: how far one unit has got."""

from enum import StrEnum

OVERDUE = "overdue"


class State(StrEnum):
    """How far a unit has got, strongest first."""

    COMPLETED = "completed"
    RELAYED = "relayed"
    CONFIRMED = "confirmed"
    # One of its leaders has opened the notice.
    SEEN = "seen"
    WAITING = "waiting"


SILENT = (State.SEEN, State.WAITING)
