"""This process's one channel on the layer: joined to the groups of the topics it serves, read into the hub."""

import asyncio
import logging
import uuid
from typing import TYPE_CHECKING, Any

from channels.layers import get_channel_layer

from realtime.embedded_layer import EmbeddedChannelLayer
from realtime.neighbours import SAY_EVERY
from realtime.outlet import EVERYBODY, PROCESS, announce, neighbours

if TYPE_CHECKING:
    from realtime.hub import Hub

log = logging.getLogger(__name__)
RETRY_SECONDS = 1.0


class Listening:
    """Joins and leaves groups in the background. Redis may be away: what it would have brought is found by the watch."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._layer: Any = get_channel_layer()
        self._channel = f"hub.{uuid.uuid4().hex}"
        self._wanted: set[str] = {EVERYBODY}
        self._joined: set[str] = set()
        self._changed = asyncio.Event()
        self._changed.set()

    def want(self, name: str) -> None:
        """Hear this topic from other processes too."""
        self._wanted.add(name)
        self._changed.set()

    def want_no_more(self, name: str) -> None:
        """Nobody here follows the topic any longer."""
        self._wanted.discard(name)
        self._changed.set()

    async def run(self) -> None:
        """Keep the groups as wanted, for ever. In one process alone there is nothing to hear from others."""
        if isinstance(self._layer, EmbeddedChannelLayer):
            return
        # The layer reports every second of an outage with a traceback; the outlet says it once, without.
        logging.getLogger("channels_redis.pubsub").setLevel(logging.CRITICAL)
        self._hub.spawn(self._read())
        self._hub.spawn(self._announce())
        # The layer adds a channel to groups only once somebody receives from it: let the reader begin first.
        await asyncio.sleep(0)
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                await self._join_and_leave()
            except Exception as error:  # noqa: BLE001  redis-py has many ways to say that Redis is away
                neighbours.deaf()
                log.info("layer groups not joined yet: %s", type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)
                self._changed.set()

    async def _announce(self) -> None:
        while True:
            await asyncio.sleep(SAY_EVERY)
            announce()

    async def _join_and_leave(self) -> None:
        for name in self._wanted - self._joined:
            await self._layer.group_add(name, self._channel)
            self._joined.add(name)
            if name == EVERYBODY:
                neighbours.listening()
                announce()
        for name in self._joined - self._wanted:
            await self._layer.group_discard(name, self._channel)
            self._joined.discard(name)

    async def _read(self) -> None:
        while True:
            try:
                frame = await self._layer.receive(self._channel)
                if (sender := frame.get("from")) == PROCESS:
                    continue
                if sender is not None and neighbours.hear(sender):
                    # A newcomer: it should not have to wait to know of this one.
                    announce()
                if frame.get("type") != "hub.here":
                    self._hub.receive(frame)
            except Exception as error:  # noqa: BLE001  an unreadable frame is a hint lost, found by its head
                log.warning("a frame from the layer is lost: %s", type(error).__name__)
                await asyncio.sleep(0.05)
