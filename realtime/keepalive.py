"""Heartbeats out, silence noticed. Sockets are spread over 25 buckets, so that no second carries them all."""

import asyncio
from typing import TYPE_CHECKING

from django.utils import timezone

from realtime.closing import Close
from realtime.connection import Connection
from realtime.frame import Frame
from realtime.limits import HEARTBEAT_SECONDS, RECENT_SECONDS, SILENCE_SECONDS
from realtime.standing import wire_id

if TYPE_CHECKING:
    from realtime.hub import Hub

# Silence is looked for in every fifth bucket each second: noticed within five seconds.
EVERY_FIFTH = 5
AT_ONCE = 200


class KeepAlive:
    """Tells each socket every 25 s which of its topics moved lately, so that a loss is noticed within 30 s (promise P4)."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._buckets: list[dict[Connection, None]] = [{} for _second in range(HEARTBEAT_SECONDS)]
        self._next = 0

    def enter(self, connection: Connection) -> None:
        """Count this socket in: its first heartbeat comes within 25 s."""
        connection.bucket = self._next
        self._next = (self._next + 1) % HEARTBEAT_SECONDS
        self._buckets[connection.bucket][connection] = None

    def leave(self, connection: Connection) -> None:
        """Count it out."""
        self._buckets[connection.bucket].pop(connection, None)

    async def run(self) -> None:
        """Once a second, for ever."""
        second = 0
        while True:
            await asyncio.sleep(1)
            second = (second + 1) % HEARTBEAT_SECONDS
            self._forget_old_moves()
            await self._close_silent(second % EVERY_FIFTH)
            await self._beat(self._buckets[second])

    def _forget_old_moves(self) -> None:
        moved, before = self._hub.moved, self._hub.loop.time() - RECENT_SECONDS
        while moved and next(iter(moved.values())) < before:
            del moved[next(iter(moved))]

    async def _close_silent(self, residue: int) -> None:
        before = self._hub.loop.time() - SILENCE_SECONDS
        for bucket in self._buckets[residue::EVERY_FIFTH]:
            for connection in [connection for connection in bucket if connection.heard_at < before]:
                self._hub.close(connection, Close.SILENT)
            await asyncio.sleep(0)

    async def _beat(self, bucket: dict[Connection, None]) -> None:
        at = timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        quiet = Frame.of({"type": "heartbeat", "heads": {}, "at": at})
        for count, connection in enumerate(tuple(bucket), start=1):
            # Not those followed by order: without its prefix, a board's number would pass for a room's.
            moved = connection.topics.keys() & self._hub.moved.keys() - set(connection.followed)
            heads = {wire_id(name): connection.topics[name].newest for name in moved}
            connection.send(Frame.of({"type": "heartbeat", "heads": heads, "at": at}) if heads else quiet)
            if count % AT_ONCE == 0:
                await asyncio.sleep(0)
