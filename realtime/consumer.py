"""The ASGI edge of a socket: accept, decode, limit, dispatch, answer. It knows the person as an object with a key."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from realtime.answering import refusal_of, refused
from realtime.closing import Close, farewell
from realtime.commands import Asked, Somebody, registered
from realtime.connection import Connection
from realtime.errors import BadFrame, NotSignedIn, Overloaded, Refusal, Unavailable
from realtime.frame import Frame
from realtime.frames import Order
from realtime.hub import Hub, running_hub
from realtime.limits import STRIKES, WAITING_ORDERS, TokenBucket
from realtime.parsing import Misread, read_order
from realtime.ping import Ping
from realtime.transport import transport_for

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Consumer:
    """One socket. `scope` carries what signing in left there: person (or None), session_hash, language."""

    __slots__ = ("_bucket", "_connection", "_hub", "_orders", "_receive", "_strikes", "_worker")

    def __init__(self, hub: Hub, connection: Connection, receive: Receive) -> None:
        self._hub = hub
        self._connection = connection
        self._receive = receive
        self._bucket = TokenBucket(hub.loop.time())
        self._strikes = 0
        self._orders: deque[Order] = deque()
        self._worker: asyncio.Task[None] | None = None

    @classmethod
    def as_asgi(cls) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
        """The ASGI application that serves each socket with a consumer of its own."""

        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            if (await receive())["type"] != "websocket.connect":
                return
            await send({"type": "websocket.accept"})
            language = scope.get("language") or "vi"
            person: Somebody | None = scope.get("person")
            if person is None:
                why: Refusal = Unavailable() if scope.get("is_unavailable") else NotSignedIn()
                code = Close.DEGRADED if scope.get("is_unavailable") else Close.SIGNED_OUT
                for frame in (refused(why, None, language), farewell(code)):
                    if frame is not None:
                        await send({"type": "websocket.send", "text": frame.text})
                await send({"type": "websocket.close", "code": int(code)})
                return
            hub = running_hub()
            connection = Connection(
                person,
                transport_for(send),
                session_hash=scope.get("session_hash") or "",
                language=language,
                now=hub.loop.time(),
            )
            await cls(hub, connection, receive).run()

        return application

    async def run(self) -> None:
        """Serve the socket until it closes."""
        try:
            if not await self._hub.arrivals.admit(self._connection):
                self._connection.close(Close.DEGRADED)
            self._connection.transport.listen(self._take)
            while (event := await self._receive())["type"] != "websocket.disconnect":
                self._take(event.get("text"))
        finally:
            # An order that was begun is finished (its client may ask again); those that wait are not begun.
            self._orders.clear()
            self._hub.leave(self._connection)

    def _take(self, text: str | None) -> None:
        if self._connection.is_closed:
            return
        now = self._connection.heard_at = self._hub.loop.time()
        if not self._bucket.take(now):
            self._hub.close(self._connection, Close.TOO_FAST)
            return
        try:
            if text is None:
                raise Misread(BadFrame(), None)
            order = read_order(text)
        except Misread as misread:
            self._strike(misread)
            return
        if isinstance(order, Ping):
            # Answered out of turn: a slow order before it must not look like a dead connection.
            self._connection.send(Frame.of({"type": "ok", "ref": order.ref}))
        elif len(self._orders) >= WAITING_ORDERS:
            self._connection.send(refused(Overloaded(retry_after=2), order.ref, self._connection.language))
        else:
            self._orders.append(order)
            if self._worker is None:
                self._worker = self._hub.loop.create_task(self._answer_all())

    def _strike(self, misread: Misread) -> None:
        self._strikes += 1
        self._connection.send(refused(misread.refusal, misread.ref, self._connection.language))
        if self._strikes >= STRIKES:
            self._hub.close(self._connection, Close.BAD_FRAMES)

    async def _answer_all(self) -> None:
        """One after the other: a person's posts keep their order."""
        try:
            while self._orders:
                order = self._orders.popleft()
                self._connection.send(await self._answered(order))
        finally:
            self._worker = None

    async def _answered(self, order: Order) -> Frame:
        command = registered[str(type(order).__struct_config__.tag)]
        asked_at = self._hub.loop.time()
        asked = Asked(self._connection.person, order, self._connection.language)
        try:
            frame, follow = await self._hub.groups.answer(command, asked)
        except Exception as error:  # noqa: BLE001  every failure has an answer; a bug's is logged in refusal_of
            return refused(refusal_of(error, order), order.ref, self._connection.language)
        if follow is not None and not self._connection.is_closed:
            self._hub.follow_on_request(self._connection, follow.topic, asked_at)
        return frame
