"""One that can have no socket: polls over HTTP."""

import http.client
import json
from typing import Any

from django.conf import settings

from tests.wire import Server

ORIGIN = "http://127.0.0.1:8000"


class Phone:
    """Polls, and remembers as docs/protocol.md says."""

    def __init__(self, server: Server, session: str | None) -> None:
        self._server = server
        self._session = session
        self.epoch = ""
        self.revs: dict[str, int] = {}
        self.mark: str | None = None
        self.headers: dict[str, str] = {}

    def ask(self, body: Any, *, method: str = "POST", **headers: str) -> tuple[int, Any]:
        """Status and answer of any request at all to this door."""
        cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={self._session}"} if self._session else {}
        line = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=40)
        given = {"Origin": ORIGIN, "Content-Type": "application/json", **cookie, **headers}
        line.request(
            method,
            "/api/poll",
            body if isinstance(body, bytes) else json.dumps(body),
            {k: v for k, v in given.items() if v},
        )
        response = line.getresponse()
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        told = json.loads(response.read())
        line.close()
        return response.status, told

    def body(self, wait: float = 0) -> dict[str, Any]:
        """What it asks next."""
        body = {"epoch": self.epoch, "rooms": self.revs, "wait": wait}
        return body | ({"mark": self.mark} if self.mark else {})

    def poll(self, wait: float = 0) -> Any:
        """One poll that succeeds; the phone takes what it was told."""
        status, told = self.ask(self.body(wait))
        assert status == 200, told
        self.epoch, self.mark = told["epoch"], told["mark"]
        for room in told["gone"]:
            self.revs.pop(str(room), None)
        self.revs |= {room: changes["head"] for room, changes in told["rooms"].items()}
        self.revs = {room: self.revs.get(room, head) for room, head in told["heads"].items()}
        return told

    def settle(self) -> "Phone":
        """Until nothing is new."""
        assert self.poll()["anew"] is True
        assert self.poll()["anew"] is False
        return self
