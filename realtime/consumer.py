"""The ASGI edge of a socket: accept, decode, limit, dispatch, answer. It knows the person as an object with a key."""

import asyncio
import logging
import uuid
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.db import InterfaceError, OperationalError
from django.utils import translation

from realtime.closing import Close
from realtime.commands import Answer, Command, Follow, Somebody, registered
from realtime.connection import Connection
from realtime.database import in_database
from realtime.errors import BadFrame, Bug, NotSignedIn, Overloaded, Refusal, Unavailable
from realtime.faults import log_bug
from realtime.frame import Frame
from realtime.frames import Order
from realtime.hub import Hub, running_hub
from realtime.limits import STRIKES, WAITING_ORDERS, TokenBucket
from realtime.parsing import Misread, read_order
from realtime.ping import Ping
from realtime.transport import transport_for

log = logging.getLogger(__name__)
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
                await send({"type": "websocket.send", "text": _refused(NotSignedIn(), None, language).text})
                await send({"type": "websocket.close", "code": int(Close.SIGNED_OUT)})
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
            while (event := await self._receive())["type"] != "websocket.disconnect":
                if not self._connection.is_closed:
                    self._take(event)
        finally:
            # An order that was begun is finished (its client may ask again); those that wait are not begun.
            self._orders.clear()
            self._hub.leave(self._connection)

    def _take(self, event: dict[str, Any]) -> None:
        now = self._connection.heard_at = self._hub.loop.time()
        if not self._bucket.take(now):
            self._hub.close(self._connection, Close.TOO_FAST)
            return
        text = event.get("text")
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
            self._connection.send(_refused(Overloaded(retry_after=2), order.ref, self._connection.language))
        else:
            self._orders.append(order)
            if self._worker is None:
                self._worker = self._hub.loop.create_task(self._answer_all())

    def _strike(self, misread: Misread) -> None:
        self._strikes += 1
        self._connection.send(_refused(misread.refusal, misread.ref, self._connection.language))
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
        try:
            if command.needs_database:
                frame, follow = await in_database(
                    _ask, command, self._connection.person, order, self._connection.language
                )
            else:
                frame, follow = _ok(order, await command.handler(self._connection.person, order))  # type: ignore[misc]
        except Exception as error:  # noqa: BLE001  every failure has an answer; a bug's is logged in _refusal
            return _refused(_refusal(error, order), order.ref, self._connection.language)
        if follow is not None and not self._connection.is_closed:
            self._hub.follow_on_request(self._connection, follow.topic, asked_at)
        return frame


def _ask(command: Command, person: Somebody, order: Order, language: str) -> tuple[Frame, Follow | None]:
    with translation.override(language):
        return _ok(order, command.handler(person, order))  # type: ignore[arg-type]


def _ok(order: Order, answer: Answer) -> tuple[Frame, Follow | None]:
    follow = answer if isinstance(answer, Follow) else None
    fields = follow.answer if follow else answer
    return Frame.of({"type": "ok", "ref": order.ref, **(fields or {})}), follow  # type: ignore[dict-item]


def _refusal(error: Exception, order: Order) -> Refusal:
    match error:
        case Refusal():
            return error
        case OperationalError() | InterfaceError():
            log.error("%s refused, database unavailable: %s", type(order).__struct_config__.tag, type(error).__name__)
            return Unavailable(retry_after=2)
    reference = uuid.uuid4().hex[:8]
    log_bug(log, error, "bug %s in %s", reference, type(order).__struct_config__.tag)
    return Bug(reference=reference)


def _refused(refusal: Refusal, ref: int | None, language: str) -> Frame:
    with translation.override(language):
        return Frame.of({"type": "refused", "ref": ref, **refusal.shape()})
