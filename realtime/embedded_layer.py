"""The layer of the embedded default: one process, so hints need no layer at all (the outlet skips it). It is here for
what else speaks to a channel layer, without the stock one's cost of every message looking at every channel."""

import asyncio
import time
from typing import Any

from channels.layers import InMemoryChannelLayer

CLEAN_EVERY = 10.0


class EmbeddedChannelLayer(InMemoryChannelLayer):  # type: ignore[misc]
    """The in-memory layer made linear: expiry at intervals, and a send that neither copies nor starts a task."""

    def __init__(self, **config: Any) -> None:
        super().__init__(**config)
        self._cleaned_at = 0.0

    def _clean_expired(self) -> None:
        now = time.monotonic()
        if now - self._cleaned_at >= CLEAN_EVERY:
            self._cleaned_at = now
            super()._clean_expired()

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Send to every channel of the group; a full one loses it, as in every layer. Receivers must not change it."""
        self.require_valid_group_name(group)
        self._clean_expired()
        expires_at = time.time() + self.expiry
        for channel in self.groups.get(group, ()):
            queue = self.channels.get(channel)
            if queue is None:
                queue = self.channels[channel] = asyncio.Queue(self.get_capacity(channel))
            if not queue.full():
                queue.put_nowait((expires_at, message))
