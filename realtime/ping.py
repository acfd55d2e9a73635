"""The client's heartbeat: the one order that is realtime's own. Answered by the consumer itself, out of turn."""

from realtime.commands import Somebody, command
from realtime.frames import Order


class Ping(Order, frozen=True, tag="ping", tag_field="type"):
    """Are you there? Sent at least every 25 s; 45 s of silence close the socket."""


@command(Ping)
async def answer_ping(person: Somebody, order: Ping) -> None:
    """Yes."""
