"""Finds what no hint brought: compares the heads of the topics served here with what was delivered. With Redis down this
is how events of other processes still arrive, within two seconds; and rights and sessions are looked at again."""

import asyncio
import logging
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError

from realtime import access, sessions
from realtime.closing import Close
from realtime.database import in_database
from realtime.epoch import read_epoch
from realtime.served import Served
from realtime.standing import heads_of
from realtime.topics import Missed, audiences

if TYPE_CHECKING:
    from realtime.hub import Hub

log = logging.getLogger(__name__)
EVERY = 1.5
# A head is newer than its hint for a moment after every commit: looked at twice before the rows are read.
SECOND_LOOK = 0.2
# Rights and sessions are looked at in ten parts, one with every look: all within 15 s, and never all at once.
PARTS = 10
LARGEST_GAP = 500
# How far back audiences are looked at: longer than a publish may take to commit.
RECENT = 60.0


class Watch:
    """The backstop of everything that travels as a hint."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._epoch: str | None = None
        self._part = 0

    async def run(self) -> None:
        """Look again and again, for ever; a database that does not answer is asked again."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.look()
                self._part = (self._part + 1) % PARTS
                await self._sweep_part(self._part)
            except (OperationalError, InterfaceError) as error:
                log.warning("the watch cannot ask the database: %s", type(error).__name__)

    async def look(self) -> None:
        """Deliver what happened on the topics served here, or was published to audiences, and came as no hint."""
        if not self._hub.connections:
            return
        heads, recent = await in_database(_read, tuple(self._hub.topics))
        for audience, subject, text in recent:
            self._hub.tell_audience(audience, subject, text)
        if self._behind(heads):
            await asyncio.sleep(SECOND_LOOK)
        for topic in self._behind(heads):
            await self._fetch(topic, heads[topic.name])

    def _behind(self, heads: dict[str, int]) -> list[Served]:
        found = (self._hub.topics.get(name) for name in heads)
        return [topic for topic in found if topic is not None and topic.rev < heads[topic.name]]

    async def _fetch(self, topic: Served, head: int) -> None:
        if head - topic.rev <= LARGEST_GAP:
            for missed in await in_database(_missed, topic, topic.rev):
                self._hub.deliver(topic, missed.text, missed.rev, missed.roster)
        # A larger gap is for the clients to fetch in pages: the next heartbeat tells them the head.
        topic.catch_up_to(head)
        self._hub.moved.pop(topic.name, None)
        self._hub.moved[topic.name] = self._hub.loop.time()

    async def sweep(self) -> None:
        """Rights that ended by a date, hints of rights and sign-outs that were lost, a restored database."""
        for part in range(PARTS):
            await self._sweep_part(part)

    async def _sweep_part(self, part: int) -> None:
        people = [pk for pk in self._hub.by_person if pk % PARTS == part]
        hashes = {connection.session_hash for pk in people for connection in self._hub.by_person[pk]}
        if hashes:
            for session_hash in await in_database(sessions.ended, tuple(hashes)):
                self._hub.cut([session_hash])
            await access.refresh(self._hub, people)
        if part == 0 and self._hub.connections:
            await self._compare_epochs()

    async def _compare_epochs(self) -> None:
        now = await in_database(read_epoch)
        if self._epoch not in {None, now}:
            for connection in tuple(self._hub.connections):
                self._hub.close(connection, Close.RESTARTING)
        self._epoch = now


def _read(names: tuple[str, ...]) -> tuple[dict[str, int], list[tuple[str, int, str]]]:
    recent = [
        (name, subject, text)
        for name, audience in audiences.items()
        if audience.recent is not None
        for subject, text in audience.recent(RECENT)
    ]
    return heads_of(names), recent


def _missed(topic: Served, rev: int) -> list[Missed]:
    return list(topic.owner.changes_since(topic.name, rev))
