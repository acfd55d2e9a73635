"""Long answers wait for their readers. Daphne hands all of an answer to twisted at once, however slowly it is read: a
hundred bad lines with a file of ten megabytes each would be a gigabyte. And it ends an answer after a minute, read or not."""

import asyncio
import time
from typing import Any

from daphne.http_protocol import WebRequest

from chatserver.server.protocol import unwritten

# What may wait for one reader.
_AHEAD = 256 << 10
_LOOK = 0.05
# A line on which nothing moves for so long is gone.
_PATIENCE = 60.0


class PacedRequest(WebRequest):  # type: ignore[misc]
    """A request whose answer may take as long as somebody reads it."""

    _read = 0
    _moved_at = 0.0

    def check_timeouts(self) -> None:
        """Asked every other second."""
        if not self._response_started or self.channel is None:
            super().check_timeouts()
            return
        read, now = self.sentLength - unwritten(self.channel.transport), time.monotonic()
        if read > self._read or not self._moved_at:
            self._read, self._moved_at = read, now
        elif now - self._moved_at > _PATIENCE:
            self.channel.transport.abortConnection()


async def until_read(protocol: Any) -> None:
    """Return when the reader of this answer has taken most of what was written, or is gone."""
    while (channel := getattr(protocol, "channel", None)) is not None and unwritten(channel.transport) > _AHEAD:
        await asyncio.sleep(_LOOK)
