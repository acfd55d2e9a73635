"""Where published events leave: at once into this process's own hub, and through a bounded queue to the layer. Nothing
ever waits for the layer: Redis refused, silent or slow costs hints, which heads bring back."""

import asyncio
import logging
import time
import uuid
from collections import deque
from collections.abc import Callable
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings

from realtime.embedded_layer import EmbeddedChannelLayer
from realtime.neighbours import Neighbours
from realtime.topics import owner_of

log = logging.getLogger(__name__)
Post = Callable[[dict[str, Any]], None]

# The echo of one's own event is skipped by this name.
PROCESS = uuid.uuid4().hex
# The group that every process joins: people's own topics, rights, sign-outs, audiences.
EVERYBODY = "everybody"
WAITING = 2_000
SEND_SECONDS = 1.0
FAILURES = 3
PAUSE_SECONDS = 5.0


class Breaker:
    """Stops trying for PAUSE_SECONDS after FAILURES in a row, so that a silent Redis costs a second now and then."""

    def __init__(self) -> None:
        self._failures = 0
        self._closed_until = 0.0
        self.dropped = 0

    def is_open(self) -> bool:
        """True if a send should be tried now."""
        return time.monotonic() >= self._closed_until

    def worked(self) -> None:
        """A send went through."""
        if self._failures >= FAILURES:
            log.warning("the layer is back; %d hints were dropped", self.dropped)
        self._failures = 0

    def failed(self, error: BaseException) -> None:
        """A send did not go through."""
        self.dropped += 1
        self._failures += 1
        if self._failures >= FAILURES:
            self._closed_until = time.monotonic() + PAUSE_SECONDS
            if self._failures == FAILURES:
                log.error("the layer does not answer (%s): live delivery goes on by polling", type(error).__name__)


class Outlet:
    """One a process. `put` may be called from any thread."""

    def __init__(self) -> None:
        self.breaker = Breaker()
        self.neighbours = Neighbours()
        self._post: Post | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: deque[tuple[str, dict[str, Any]]] = deque()
        self._is_awake = False
        self._sender: asyncio.Task[None] | None = None

    def put(self, frame: dict[str, Any]) -> None:
        """Hand an event to this process's hub and to the layer; never waits."""
        if self._post is not None:
            self._post(frame)
        layer = get_channel_layer()
        # By class: the Redis layer passes questions about unknown attributes on to the running loop, and threads have none.
        if isinstance(layer, EmbeddedChannelLayer):
            return
        if self.neighbours.is_alone():
            return
        envelope = {**frame, "from": PROCESS}
        if self._loop is not None and not self._loop.is_closed():
            self._queue(_group(frame), envelope)
        else:
            self._publish_plainly(layer, _group(frame), envelope)

    def attach(self, loop: asyncio.AbstractEventLoop, post: Post | None) -> None:
        """Send from this loop; `post` is the hub of this process once it has one."""
        self._loop = loop
        self._post = post or self._post

    def announce(self) -> None:
        """Tell the other processes that this one listens."""
        self._queue(EVERYBODY, {"type": "hub.here", "from": PROCESS})

    def _queue(self, group: str, envelope: dict[str, Any]) -> None:
        if len(self._waiting) >= WAITING:
            self.breaker.dropped += 1
            return
        self._waiting.append((group, envelope))
        if not self._is_awake and self._loop is not None:
            self._is_awake = True
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        self._is_awake = False
        if self._sender is None and self._loop is not None:
            self._sender = self._loop.create_task(self._send_waiting())

    async def _send_waiting(self) -> None:
        layer = get_channel_layer()
        try:
            while self._waiting:
                group, envelope = self._waiting.popleft()
                if not self.breaker.is_open():
                    self.breaker.dropped += 1
                    continue
                try:
                    async with asyncio.timeout(SEND_SECONDS):
                        await layer.group_send(group, envelope)
                except Exception as error:  # noqa: BLE001  redis-py has many ways to say that Redis is away
                    self.breaker.failed(error)
                else:
                    self.breaker.worked()
        finally:
            self._sender = None

    def _publish_plainly(self, layer: Any, group: str, envelope: dict[str, Any]) -> None:
        """From a command, which has no loop: one plain connection a send, gone afterwards."""
        import redis  # noqa: PLC0415  only where Redis is in use

        if not self.breaker.is_open():
            self.breaker.dropped += 1
            return
        try:
            with redis.Redis.from_url(
                settings.REDIS_URL, socket_timeout=SEND_SECONDS, socket_connect_timeout=SEND_SECONDS
            ) as line:
                line.publish(f"asgi__group__{group}", layer.serialize(envelope))
        except redis.RedisError as error:
            self.breaker.failed(error)
        else:
            self.breaker.worked()


def _group(frame: dict[str, Any]) -> str:
    topic = frame.get("topic", "")
    return topic if owner_of(topic) is not None else EVERYBODY


_outlet = Outlet()
put = _outlet.put
attach = _outlet.attach
announce = _outlet.announce
neighbours = _outlet.neighbours
breaker = _outlet.breaker
