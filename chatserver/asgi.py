"""HTTP to Django, /ws to realtime, origin check and sign-in around it; /api/poll to those who can have no socket."""

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatserver.settings")
# First of all: what follows reads settings and models.
http = get_asgi_application()

from django.conf import settings  # noqa: E402

from chatserver.origins import NamedOrigins  # noqa: E402
from chatserver.poll import PollDoor  # noqa: E402
from chatserver.signin.scope import SocketSignIn  # noqa: E402
from realtime.consumer import Consumer  # noqa: E402

socket = NamedOrigins(SocketSignIn(Consumer.as_asgi()), settings.ORIGINS)
poll = PollDoor()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Every connection enters here."""
    if scope["type"] == "websocket":
        await (socket if scope["path"] == "/ws" else refused)(scope, receive, send)
    elif scope["type"] == "http":
        await (poll if scope["path"] == "/api/poll" else http)(scope, receive, send)
    else:
        raise ValueError(f"unknown kind of connection: {scope['type']}")


async def refused(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """There is one socket address; elsewhere the handshake is answered with 403."""
    await receive()
    await send({"type": "websocket.close"})
