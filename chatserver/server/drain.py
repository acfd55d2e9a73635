"""Stopping without breaking anybody's request: within ten seconds, whatever is in flight."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from daphne.ws_protocol import WebSocketProtocol

from chatserver.server.protocol import close
from realtime.closing import Close

if TYPE_CHECKING:
    from chatserver.server.daphne import HardenedServer

# Ten seconds are promised; two are left for what runs beside the server.
SECONDS = 8.0
# Sockets come back after 0 to 10 s at random; the close frames themselves are spread as well when there are many.
AT_ONCE = 500
SPREAD_SECONDS = 5.0


class Drain:
    """One orderly end of a server."""

    def __init__(self, server: "HardenedServer", on_stop: Callable[[], Awaitable[None]]) -> None:
        self._server = server
        self._on_stop = on_stop

    async def run(self) -> None:
        """Return when nothing is in flight, or when the time is up and what was left has been cancelled."""
        ends_at = time.monotonic() + SECONDS
        beside = asyncio.ensure_future(self._on_stop())
        for port in self._server.ports:
            port.stopListening()
        await self._close_sockets()
        while time.monotonic() < ends_at and (self._in_flight() or not beside.done()):
            await asyncio.sleep(0.05)
        await self._cancel([beside, *self._in_flight()])

    async def _close_sockets(self) -> None:
        sockets = [protocol for protocol in self._server.connections if isinstance(protocol, WebSocketProtocol)]
        pause = SPREAD_SECONDS * AT_ONCE / len(sockets) if len(sockets) > AT_ONCE else 0.0
        for count, protocol in enumerate(sockets, start=1):
            close(protocol, Close.RESTARTING)
            if protocol.state == protocol.STATE_CONNECTING:
                protocol.dropConnection(abort=True)
            if count % AT_ONCE == 0:
                await asyncio.sleep(pause)

    def _in_flight(self) -> list["asyncio.Future[Any]"]:
        found = (details.get("application_instance") for details in self._server.connections.values())
        return [instance for instance in found if instance is not None and not instance.done()]

    @staticmethod
    async def _cancel(left: list["asyncio.Future[Any]"]) -> None:
        for future in left:
            future.cancel()
        await asyncio.gather(*left, return_exceptions=True)
