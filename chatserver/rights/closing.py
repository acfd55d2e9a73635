"""Whose last right ended has no open socket either: at once, and not only with the next look at all sessions."""

from typing import Any

from realtime import cut_sessions
from registry.changes import AccessChange
from registry.lists import these
from registry.models import Device
from registry.selectors import live_people


def close_sockets(*, change: AccessChange, **_kwargs: Any) -> None:
    """Receiver of registry.signals.access_changed. A change that names nobody is found by the sweep, within 15 s."""
    if not change.people:
        return
    signed_in = Device.objects.filter(account__person__in=these(change.people), ended_at__isnull=True)
    over = signed_in.exclude(account__person__in=live_people().filter(pk__in=these(change.people)))
    if hashes := list(over.values_list("session_hash", flat=True)):
        cut_sessions(hashes)
