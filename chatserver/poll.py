"""POST /api/poll: catching up that waits until there is something, for networks that let no socket through.

Outside Django's own handling, which would hold a thread for every phone that waits. So what that does for other requests
is done here: origin, sign-in, limits, refusals."""

import asyncio
import logging
import uuid
from collections.abc import Collection
from typing import Annotated, Any

import msgspec
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import translation
from msgspec import Meta

from chatserver import health
from chatserver.language import LANGUAGES
from chatserver.signin.scope import SocketSignIn
from realtime.closing import Close
from realtime.commands import Somebody
from realtime.database import in_database
from realtime.errors import BadInput, Bug, NotAllowed, NotSignedIn, Overloaded, Refusal, TooFast, Unavailable
from realtime.faults import log_bug
from realtime.hub import running_hub
from realtime.polling import LONGEST_WAIT, Pace, Poll, lately, mark_of, told_by
from rooms.catching_up import catch_up
from rooms.commands import Number, named_rooms

log = logging.getLogger(__name__)
Scope = dict[str, Any]
# A thousand rooms with their revs, and a mark.
MOST_BYTES = 64 * 1024
DRAIN_LOOKS = 0.25


class Asked(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The body."""

    epoch: str
    rooms: dict[str, Number]
    wait: Annotated[float, Meta(ge=0, le=LONGEST_WAIT)] = 0
    mark: Annotated[str, Meta(max_length=32_000)] | None = None


class _Gone(Exception):
    """The client went away: nobody is left to answer."""


class PollDoor:
    """The ASGI application behind the address."""

    def __init__(self) -> None:
        self._pace = Pace()
        self._waiting: set[Poll] = set()
        self._watcher: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer, with a refusal at worst."""
        try:
            body = await self._answered(scope, receive)
        except _Gone:
            return
        except Exception as error:  # noqa: BLE001  every failure has an answer; a bug's is logged in _refusal
            await _refuse(send, _refusal(error), _language(scope))
        else:
            await _send(send, 200, body)

    async def _answered(self, scope: Scope, receive: Any) -> bytes:
        _require_own_page(scope)
        if health.draining:
            raise Overloaded(retry_after=2)
        person, session_hash, language = await _signed_in(scope)
        asked = await _read(receive)
        revs = named_rooms(asked.rooms)
        if wait := self._pace.take(person.pk, asyncio.get_running_loop().time()):
            raise TooFast(retry_after=wait)
        async with Poll(running_hub(), person, session_hash=session_hash, language=language) as poll:
            told = told_by(asked.mark)
            if told is not None and not poll.is_behind(asked.epoch, revs):
                news = await in_database(lately, person.pk, told)
                if not news.untold and not await self._wait(poll, asked.wait, receive):
                    raise _Gone
            _require_open(poll)
            answer = await in_database(_changes, person, asked.epoch, revs, told or set())
            _require_open(poll)
            news = answer.pop("news")
            # A notice that an answer has told may reach the hub only while the next one waits.
            live = [text for text in poll.transport.texts if text not in news.told]
            texts = dict.fromkeys([*live, *news.untold.values()])
            events = [msgspec.Raw(text.encode()) for text in texts]
            return msgspec.json.encode({**answer, "heads": poll.heads(), "events": events, "anew": told is None})

    async def _wait(self, poll: Poll, seconds: float, receive: Any) -> bool:
        self._waiting.add(poll)
        if self._watcher is None:
            self._watcher = asyncio.create_task(self._watch())
        try:
            return await poll.wait(seconds, _departed(receive))
        finally:
            self._waiting.discard(poll)

    async def _watch(self) -> None:
        """One look for all who wait: a server that drains sends them to the next."""
        try:
            while self._waiting:
                if health.draining:
                    for poll in tuple(self._waiting):
                        poll.end(Close.RESTARTING)
                await asyncio.sleep(DRAIN_LOOKS)
        finally:
            self._watcher = None


def _require_own_page(scope: Scope) -> None:
    """A page of ours, by its Origin, letter for letter as for the socket; and JSON, which no plain form can send."""
    headers = [(name, value) for name, value in scope.get("headers", []) if name in {b"origin", b"content-type"}]
    origins = [value.decode("latin-1") for name, value in headers if name == b"origin"]
    types = [value.partition(b";")[0].strip().lower() for name, value in headers if name == b"content-type"]
    if scope["method"] != "POST" or len(origins) != 1 or origins[0] not in settings.ORIGINS:
        raise NotAllowed
    if types != [b"application/json"]:
        raise BadInput(field="body")


async def _signed_in(scope: Scope) -> tuple[Somebody, str, str]:
    """As a socket signs in."""
    found: Scope = {}

    async def keep(signed: Scope, _receive: Any, _send: Any) -> None:
        found.update(signed)

    await SocketSignIn(keep)(scope, None, None)
    if found.get("is_unavailable"):
        raise Unavailable(retry_after=2)
    if found["person"] is None:
        raise NotSignedIn
    return found["person"], found["session_hash"], found["language"]


async def _read(receive: Any) -> Asked:
    body, is_more = b"", True
    while is_more:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise _Gone
        body += event.get("body", b"")
        is_more = event.get("more_body", False)
        if len(body) > MOST_BYTES:
            raise BadInput(field="body", max_bytes=MOST_BYTES)
    try:
        return msgspec.json.decode(body, type=Asked)
    except msgspec.ValidationError as error:
        raise BadInput(field="body", why=str(error)[:200]) from None
    except msgspec.DecodeError:
        raise BadInput(field="body") from None


async def _departed(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _changes(person: Any, epoch: str, revs: dict[int, int], told: Collection[str]) -> dict[str, Any]:
    news = lately(person.pk, told)
    return {**catch_up(person, known_epoch=epoch, revs=revs), "news": news, "mark": mark_of(news.asked)}


def _require_open(poll: Poll) -> None:
    """Nothing is told to somebody whose session or right ended while they waited."""
    after = poll.transport.retry_after
    match poll.transport.closed_by:
        case None:
            return
        case Close.SIGNED_OUT:
            raise NotSignedIn
        case Close.NO_ACCESS | Close.ACCOUNT_CLOSED:
            raise NotAllowed
        case Close.TOO_FAST:
            raise TooFast(retry_after=after)
        case _:
            raise Overloaded(retry_after=after or 2)


def _refusal(error: Exception) -> Refusal:
    match error:
        case Refusal():
            return error
        case OperationalError() | InterfaceError():
            log.warning("a poll is refused, database unavailable: %s", type(error).__name__)
            return Unavailable(retry_after=2)
        case RuntimeError() if health.draining:
            # The database's threads take nothing new any more.
            return Overloaded(retry_after=2)
    reference = uuid.uuid4().hex[:8]
    log_bug(log, error, "bug %s in a poll", reference)
    return Bug(reference=reference)


def _language(scope: Scope) -> str:
    for name, value in scope.get("headers", []):
        if name == b"accept-language" and (wanted := value[:2].decode("latin-1").lower()) in LANGUAGES:
            return str(wanted)
    return settings.LANGUAGE_CODE


async def _refuse(send: Any, refusal: Refusal, language: str) -> None:
    with translation.override(language):
        body = msgspec.json.encode(refusal.shape(), enc_hook=str)
    after = [] if refusal.retry_after is None else [(b"retry-after", str(int(refusal.retry_after) + 1).encode())]
    await _send(send, refusal.status, body, after)


async def _send(send: Any, status: int, body: bytes, more: Collection[tuple[bytes, bytes]] = ()) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
