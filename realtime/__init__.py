"""The whole public face: declare events and orders, answer commands, publish after commit, refuse."""

from realtime.commands import command
from realtime.errors import Refusal
from realtime.frames import Event, Order
from realtime.publishing import cut_sessions, publish, publish_to_audience, refresh_access
from realtime.topics import audience, topic_owner

__all__ = [
    "Event",
    "Order",
    "Refusal",
    "audience",
    "command",
    "cut_sessions",
    "publish",
    "publish_to_audience",
    "refresh_access",
    "topic_owner",
]
