"""The whole public face: declare events and orders, answer commands, publish after commit, refuse."""

from realtime.commands import Again, Alone, Asked, Follow, command, together
from realtime.epoch import epoch
from realtime.errors import Refusal
from realtime.frames import Event, Order
from realtime.publishing import cut_sessions, publish, publish_to_audience, refresh_access
from realtime.sessions import session_watch
from realtime.topics import audience, topic_owner

__all__ = [
    "Again",
    "Alone",
    "Asked",
    "Event",
    "Follow",
    "Order",
    "Refusal",
    "audience",
    "command",
    "cut_sessions",
    "epoch",
    "publish",
    "publish_to_audience",
    "refresh_access",
    "session_watch",
    "together",
    "topic_owner",
]
