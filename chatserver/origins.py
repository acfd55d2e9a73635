"""Which pages may open a socket: those whose origin is named in full, and no others."""

import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Any

log = logging.getLogger(__name__)

Asgi = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


class NamedOrigins:
    """Lets a socket in if its Origin is on the list, letter for letter as browsers write it; others get 403 instead of
    a handshake. channels' own validator parses the header (and fails on some), and says nothing when it refuses."""

    def __init__(self, inner: Asgi, allowed: Collection[str]) -> None:
        self.inner = inner
        self.allowed = {origin.encode("latin-1") for origin in allowed}

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """The inner application, or a refusal that is logged with the origin alone, not with whose browser it was."""
        named = [value for name, value in scope.get("headers", []) if name == b"origin"]
        if len(named) == 1 and named[0] in self.allowed:
            await self.inner(scope, receive, send)
            return
        log.warning("socket refused: origin %r", [value[:200] for value in named])
        await receive()
        await send({"type": "websocket.close", "code": 4403})
