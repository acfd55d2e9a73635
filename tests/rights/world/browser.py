"""One signed-in person's browser: requests, and one socket that notes what it hears."""

import asyncio
import contextlib
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import msgspec
from django.conf import settings

from tests.realtime.phone import ORIGIN

# Any will do: what counts is that cookie and header agree.
CSRF = "a" * 32
LIVE = "Tin cho mọi người đang nghe"


class _Said(msgspec.Struct):
    text: str = msgspec.field(name="body", default="")


class _Frame(msgspec.Struct):
    type: str
    ref: int | None = None
    topic: str = ""
    message: _Said | None = None


_read_frame = msgspec.json.Decoder(_Frame).decode


@dataclass(slots=True)
class Reply:
    """An answer over HTTP."""

    status: int
    content: bytes

    @property
    def told(self) -> Any:
        """Its JSON."""
        return json.loads(self.content)


@dataclass(slots=True)
class Browser:
    """`session` is empty for nobody."""

    http: aiohttp.ClientSession
    port: int
    session: str
    heads: set[int] = field(default_factory=set)
    # Rooms of which anything was heard, and those in which the words for everybody were.
    heard: set[int] = field(default_factory=set)
    heard_live: set[int] = field(default_factory=set)
    refused: str = ""
    code: int | None = None
    _socket: aiohttp.ClientWebSocketResponse | None = None
    _reader: asyncio.Task[None] | None = None
    _answers: dict[int, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)
    _ref: int = 0
    epoch: str = ""
    _pass_header: dict[str, str] | None = None

    def _headers(self) -> dict[str, str]:
        signed = f"{settings.SESSION_COOKIE_NAME}={self.session}; " if self.session else ""
        return {"Cookie": f"{signed}{settings.CSRF_COOKIE_NAME}={CSRF}", "X-CSRFToken": CSRF, "Origin": ORIGIN}

    async def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Reply:
        """The answer to a request below /api/."""
        given = {} if body is None else {"json": body}
        if path.startswith("/"):
            # Not below /api/, and no cookie is brought.
            url, headers = f"http://127.0.0.1:{self.port}{path}", await self._pass()
        else:
            url, headers = f"http://127.0.0.1:{self.port}/api/{path}", self._headers()
        async with self.http.request(method, url, headers=headers, **given) as response:
            return Reply(response.status, await response.read())

    async def _pass(self) -> dict[str, str]:
        """What opens files, if this session is given any."""
        if self._pass_header is None:
            reply = await self.ask("POST", "files/pass")
            self._pass_header = {"Authorization": f"Bearer {reply.told['pass']}"} if reply.status == 200 else {}
        return self._pass_header

    async def connect(self) -> None:
        """Open the socket and read until it says hello, or why not and with which code it closes."""
        self._socket = await self.http.ws_connect(
            f"ws://127.0.0.1:{self.port}/ws", headers=self._headers(), max_msg_size=0, autoping=True
        )
        first = await self._socket.receive(timeout=60)
        told = json.loads(first.data)
        if told["type"] == "hello":
            self.epoch, self.heads = told["epoch"], {int(room) for room in told["heads"]}
            self._reader = asyncio.create_task(self._read(self._socket))
            return
        self.refused = told.get("code", told["type"])
        while (await self._socket.receive(timeout=20)).type not in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}:
            pass
        self.code = self._socket.close_code

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for arrived in socket:
            frame = _read_frame(arrived.data)
            if frame.type in {"ok", "refused"}:
                self._answers.pop(frame.ref or 0).set_result(json.loads(arrived.data))
            elif frame.topic.startswith("room."):
                room = int(frame.topic.removeprefix("room."))
                self.heard.add(room)
                if frame.message is not None and frame.message.text == LIVE:
                    self.heard_live.add(room)
        self.code = socket.close_code
        for answer in self._answers.values():
            answer.set_result({"type": "refused", "code": f"closed with {self.code}"})
        self._answers.clear()

    async def order(self, type_: str, **fields: Any) -> dict[str, Any]:
        """The answer to an order; where the socket was refused, that refusal."""
        if self.refused or self._socket is None or self.code is not None:
            return {"type": "refused", "code": self.refused or f"closed with {self.code}"}
        self._ref += 1
        answer = self._answers[self._ref] = asyncio.get_running_loop().create_future()
        await self._socket.send_str(json.dumps({"type": type_, "ref": self._ref, **fields}))
        async with asyncio.timeout(60):
            return await answer

    async def close(self) -> None:
        """Leave."""
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
        if self._socket is not None:
            await self._socket.close()


def a_name() -> str:
    """For a message that nobody named before."""
    return str(uuid.uuid4())
