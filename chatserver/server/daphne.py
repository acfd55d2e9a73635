"""The hardened daphne server: bounded buffers, a backlog for storms, a graceful end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from twisted.internet import defer, reactor
from twisted.internet.endpoints import quoteStringArgument

from chatserver import health
from chatserver.server.bodies import bound
from chatserver.server.census import Census
from chatserver.server.drain import Drain
from chatserver.server.paced import until_read
from chatserver.server.protocol import BoundedProtocol, configured, unwritten
from realtime.limits import OUTGOING_BYTES

log = logging.getLogger(__name__)
MAX_MESSAGE_BYTES = 65_536


class HardenedServer(Census):
    """Serves on one TCP port until a signal; calls `on_ready` when it listens and `on_stop` when it is told to end."""

    def __init__(
        self,
        application: Any,
        *,
        host: str,
        port: int,
        on_ready: Callable[[asyncio.AbstractEventLoop], None],
        on_stop: Callable[[], Awaitable[None]],
    ) -> None:
        # 4,096 waiting connections: after an outage everybody comes back at once, and twisted's 50 turn them away.
        endpoint = f"tcp:port={port}:interface={quoteStringArgument(host)}:backlog=4096"
        super().__init__(
            application,
            endpoints=[endpoint],
            http_timeout=60,
            websocket_timeout=12 * 3600,
            # In a storm the handshake waits behind thousands of others; cut off, it would only come again.
            websocket_connect_timeout=30,
            websocket_handshake_timeout=30,
            # The app's own heartbeats, every 25 s either way, say more than pings and notice silence as soon.
            ping_interval=24 * 3600,
            ping_timeout=20,
            websocket_max_message_size=MAX_MESSAGE_BYTES,
            websocket_max_frame_size=MAX_MESSAGE_BYTES,
            application_close_timeout=15,
            ready_callable=self._before_loop,
            server_name="",
        )
        self.ports: list[Any] = []
        self.failure: str = ""
        self._on_ready = on_ready
        self._on_stop = on_stop

    def _before_loop(self) -> None:
        self.begin()
        bound(self.http_factory)
        self.ws_factory.protocol = configured(BoundedProtocol, self.ws_factory)

    def listen_success(self, port: Any) -> None:
        """The port is open: tell whoever waits for it."""
        super().listen_success(port)
        self.ports.append(port)
        # The reactor's own loop, which is not running yet: the thread's current one may be another, where nothing ever runs.
        self._on_ready(reactor._asyncioEventloop)

    def listen_error(self, failure: Any) -> None:
        """The port is taken or not ours: end, and say why."""
        self.failure = failure.getErrorMessage()
        self.stop()

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """Daphne's way of writing waits for no reader: a socket that does not read is cut before it fills the memory, an
        answer that is still being made is made more slowly."""
        await super().handle_reply(protocol, message)
        if message["type"] == "websocket.send" and unwritten(protocol.transport) > OUTGOING_BYTES:
            protocol.transport.abortConnection()
        elif message.get("more_body"):
            await until_read(protocol)

    def kill_all_applications(self) -> Any:
        """Before the reactor stops: no new connections, sockets told to come back, requests in flight finished."""
        health.draining = True
        drained = defer.Deferred.fromFuture(asyncio.ensure_future(Drain(self, self._on_stop).run()))
        drained.addErrback(lambda failure: log.error("draining failed: %s", failure.getErrorMessage()))
        return drained
