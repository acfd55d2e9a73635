"""A push service that does as a script says, over real HTTP or HTTPS on loopback; and browsers subscribed to it."""

import asyncio
import base64
import json
import os
import ssl
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Self

import http_ece
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from delivery.models import PushSubscription
from registry.models import Person
from tests.services import free_port


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Answer:
    """What the service says to one push."""

    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)
    # Holds the answer back for so long, or until the service is told to let go.
    hangs: float = 0


@dataclass
class Push:
    """A push as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float


class PushService:
    """Records every push and answers by the path's script; without one, 201."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.port = free_port()
        self.pushes: list[Push] = []
        self.connections = 0
        self.script: dict[str, list[Answer]] = defaultdict(list)
        self.always = Answer()
        self.arrived = threading.Event()
        self.let_go = threading.Event()
        self._tls = tls
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def origin(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"{self.origin}/{path}"

    def at(self, path: str) -> list[Push]:
        """The pushes that came for this path."""
        return [push for push in self.pushes if push.path == f"/{path}"]

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Nobody listens any more."""
        if self._loop.is_closed():
            return
        self.let_go.set()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app, access_log=None)
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", self.port, ssl_context=self._tls)
        self._loop.run_until_complete(site.start())
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.pushes.append(Push(request.path, headers, body, time.monotonic()))
        self.arrived.set()
        script = self.script.get(request.path.strip("/"))
        answer = script.pop(0) if script else self.always
        deadline = time.monotonic() + answer.hangs
        while time.monotonic() < deadline and not self.let_go.is_set():
            await asyncio.sleep(0.01)
        return web.Response(status=answer.status, headers=answer.headers)


class Browser:
    """A browser with a subscription of its own: it can read what was encrypted for it, and nobody else can."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = os.urandom(16)
        self.p256dh = base64url(self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def subscription(self, language: str = "vi") -> dict[str, Any]:
        """What it posts to subscribe."""
        return {
            "endpoint": self.endpoint,
            "keys": {"p256dh": self.p256dh, "auth": base64url(self.auth)},
            "language": language,
        }

    def subscribe(self, person: Person, *, language: str = "vi") -> PushSubscription:
        """Subscribed, as if the address had been accepted."""
        return PushSubscription.objects.create(
            person=person, endpoint=self.endpoint, p256dh=self.p256dh, auth=base64url(self.auth), language=language
        )

    def read(self, push: Push) -> dict[str, Any]:
        """The payload, by http_ece: an implementation that shares no code with ours."""
        plaintext = http_ece.decrypt(push.body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        payload: dict[str, Any] = json.loads(plaintext)
        return payload
