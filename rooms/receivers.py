"""The registry said that access changed: revise the members in its transaction, have sockets look again after it."""

from typing import Any

from django.db import transaction

from realtime import refresh_access
from registry import staleness
from registry.changes import AccessChange
from registry.selectors import today
from registry.sync.closure import rebuild_closure
from registry.sync.loading import unhurried
from rooms import roster, turns
from rooms.difference import Difference

# Beyond this, naming people costs more than letting every socket look again.
MANY = 5_000


def revise_members(*, change: AccessChange, **_kwargs: Any) -> None:
    """Receiver of registry.signals.access_changed."""
    staleness.look()
    tell_sockets(roster.revise_for(change))


def revise_for_today() -> Difference:
    """What begins and ends by date alone, for whoever calls once a day after midnight in Vietnam. Sockets are told."""
    staleness.look()
    with transaction.atomic():
        unhurried()
        # First one process, then the next: both write the tree anew.
        turns.take_whole()
        rebuild_closure(today())
        difference = roster.revise_all()
        tell_sockets(difference)
    return difference


def tell_sockets(difference: Difference) -> None:
    """On commit, these people's sockets drop what ended and gain what began."""
    if difference.people:
        refresh_access(difference.people if len(difference.people) <= MANY else None)
