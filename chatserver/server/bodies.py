"""Requests whose body is too long are refused at their head. Daphne takes the whole body, to disk where it is large, before
anybody is asked who sent it: without this a stranger could fill the disk."""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakSet

from django.conf import settings
from django.utils import translation
from twisted.internet import reactor

from broadcasts.files.limits import LARGEST_FILE
from chatserver.language import LANGUAGES
from chatserver.registry_api.errors import PackageTooLarge
from chatserver.registry_api.serializers import LARGEST_PACKAGE
from chatserver.server.paced import PacedRequest
from realtime.errors import BodyTooLarge, Overloaded, Refusal
from rooms.files.errors import FileTooLarge

MEGABYTE = 1 << 20
# Everything but what comes in at the doors below; the Caddyfile says the same of all of them.
LARGEST_BODY = 2 * MEGABYTE
PACKAGES_AT_ONCE, FILES_AT_ONCE = 4, 20


@dataclass(frozen=True, slots=True, eq=False)
class Door:
    """Where longer bodies come in: how long they may be without what their form adds, how many at once, and what is said
    to longer ones."""

    path: re.Pattern[bytes]
    largest: int
    at_once: int
    too_large: type[Refusal]
    arriving: "WeakSet[BoundedRequest]" = field(default_factory=WeakSet)


DOORS = (
    Door(re.compile(rb"/api/registry/sources/\d+/"), LARGEST_PACKAGE, PACKAGES_AT_ONCE, PackageTooLarge),
    Door(re.compile(rb"/api/broadcasts/files(?:\?|$)"), LARGEST_FILE, FILES_AT_ONCE, FileTooLarge),
)
FORM = MEGABYTE // 16
# How long the answer is left to be read by a client that is still sending; closed at once it would be lost.
LINGER = 2.0
RETRY_AFTER = 30.0


class BoundedRequest(PacedRequest):
    """A request that ends where its body would become too long."""

    _door: Door | None = None
    _taken = 0
    _is_refused = False

    def gotLength(self, length: int | None) -> None:  # noqa: N802  twisted's name
        """The head is complete. `length` is None where the body comes in chunks."""
        self._door = next((door for door in DOORS if door.path.match(self.channel._path)), None)
        too_long = (length or 0) > self._limit
        super().gotLength(0 if too_long else length)
        if too_long:
            self._refuse(self._too_large())
        elif self._door and (length is None or length > LARGEST_BODY):
            if len(self._door.arriving) >= self._door.at_once:
                self._refuse(Overloaded(retry_after=RETRY_AFTER))
            else:
                self._door.arriving.add(self)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802  twisted's name
        """A part of the body."""
        if self._is_refused:
            return
        self._taken += len(data)
        if self._taken > self._limit:
            self._refuse(self._too_large())
        else:
            super().handleContentChunk(data)

    def process(self) -> Any:
        """The body is there."""
        return None if self._is_refused else super().process()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802  twisted's name
        """The client went away."""
        self._leave()
        super().connectionLost(reason)

    def finish(self) -> None:
        """The answer is complete."""
        self._leave()
        super().finish()

    @property
    def _limit(self) -> int:
        return self._door.largest + FORM if self._door else LARGEST_BODY

    def _leave(self) -> None:
        if self._door:
            self._door.arriving.discard(self)

    def _too_large(self) -> Refusal:
        megabytes = self._limit // MEGABYTE
        return self._door.too_large(megabytes=megabytes) if self._door else BodyTooLarge(megabytes=megabytes)

    def _refuse(self, refusal: Refusal) -> None:
        """Answer now. What still comes in is thrown away until the client has had time to read."""
        self._is_refused = True
        wanted = (self.getHeader("accept-language") or "")[:2].lower()
        with translation.override(wanted if wanted in LANGUAGES else settings.LANGUAGE_CODE):
            told = json.dumps(refusal.shape(), ensure_ascii=False).encode()
        transport = self.channel.transport
        transport.write(
            b"HTTP/1.1 %d Refused\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
            b"Cache-Control: no-store\r\nConnection: close\r\n\r\n%b" % (refusal.status, len(told), told)
        )
        reactor.callLater(LINGER, transport.abortConnection)


def bound(factory: Any) -> None:
    """Have all connections of this factory read their requests so."""
    build = factory.buildProtocol

    def build_bounded(address: Any) -> Any:
        protocol = build(address)
        protocol.requestFactory = BoundedRequest
        return protocol

    factory.buildProtocol = build_bounded
