"""Requests whose body is too long are refused at their head. Daphne takes the whole body, to disk where it is large, before
anybody is asked who sent it: without this a stranger could fill the disk."""

import json
import re
from typing import Any
from weakref import WeakSet

from daphne.http_protocol import WebRequest
from django.conf import settings
from django.utils import translation
from twisted.internet import reactor

from chatserver.language import LANGUAGES
from chatserver.registry_api.errors import PackageTooLarge
from chatserver.registry_api.serializers import LARGEST_PACKAGE
from realtime.errors import BodyTooLarge, Overloaded, Refusal

MEGABYTE = 1 << 20
# Everything but packages; the Caddyfile says the same.
LARGEST_BODY = 2 * MEGABYTE
# Where packages come in, and what their form adds to them.
PACKAGES = re.compile(rb"/api/registry/sources/\d+/")
FORM = MEGABYTE // 16
PACKAGES_AT_ONCE = 4
# How long the answer is left to be read by a client that is still sending; closed at once it would be lost.
LINGER = 2.0
RETRY_AFTER = 30.0


class BoundedRequest(WebRequest):  # type: ignore[misc]
    """A request that ends where its body would become too long."""

    _arriving: "WeakSet[BoundedRequest]" = WeakSet()
    _limit = LARGEST_BODY
    _taken = 0
    _is_refused = False

    def gotLength(self, length: int | None) -> None:  # noqa: N802  twisted's name
        """The head is complete. `length` is None where the body comes in chunks."""
        is_package = PACKAGES.match(self.channel._path) is not None
        if is_package:
            self._limit = LARGEST_PACKAGE + FORM
        too_long = (length or 0) > self._limit
        super().gotLength(0 if too_long else length)
        if too_long:
            self._refuse(self._too_large(is_package))
        elif is_package and (length is None or length > LARGEST_BODY):
            if len(self._arriving) >= PACKAGES_AT_ONCE:
                self._refuse(Overloaded(retry_after=RETRY_AFTER))
            else:
                self._arriving.add(self)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802  twisted's name
        """A part of the body."""
        if self._is_refused:
            return
        self._taken += len(data)
        if self._taken > self._limit:
            self._refuse(self._too_large(self in self._arriving))
        else:
            super().handleContentChunk(data)

    def process(self) -> Any:
        """The body is there."""
        return None if self._is_refused else super().process()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802  twisted's name
        """The client went away."""
        self._arriving.discard(self)
        super().connectionLost(reason)

    def finish(self) -> None:
        """The answer is complete."""
        self._arriving.discard(self)
        super().finish()

    def _too_large(self, is_package: bool) -> Refusal:
        megabytes = self._limit // MEGABYTE
        return PackageTooLarge(megabytes=megabytes) if is_package else BodyTooLarge(megabytes=megabytes)

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
