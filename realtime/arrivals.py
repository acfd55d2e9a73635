"""Sockets that come in. Those that wait at the same moment share their questions to the database: a storm of 5,000
reconnects costs a few dozen queries, not tens of thousands."""

import asyncio
import logging
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError

from realtime.connection import Connection
from realtime.database import in_database
from realtime.epoch import epoch
from realtime.frame import Frame
from realtime.limits import HEARTBEAT_SECONDS
from realtime.standing import Standing, standing, wire_id

if TYPE_CHECKING:
    from realtime.hub import Hub

log = logging.getLogger(__name__)
AT_ONCE = 200
# More than this many in line would wait longer than their patience: the others are told when to come back.
IN_LINE = 6_000


class Arrivals:
    """Reads what newcomers may follow, says hello, and lets them in."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._waiting: list[tuple[Connection, asyncio.Future[bool]]] = []
        self._is_running = False

    async def admit(self, connection: Connection) -> bool:
        """Greet the socket and let it follow what it may. False if the database does not answer or the line is full."""
        if len(self._waiting) >= IN_LINE:
            return False
        answer: asyncio.Future[bool] = self._hub.loop.create_future()
        self._waiting.append((connection, answer))
        if not self._is_running:
            self._is_running = True
            self._hub.spawn(self._run())
        return await answer

    async def _run(self) -> None:
        try:
            while self._waiting:
                # One turn of the loop, so that sockets whose handshakes end together are asked for together.
                await asyncio.sleep(0)
                batch, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
                try:
                    await self._admit(batch)
                finally:
                    for _connection, answer in batch:
                        if not answer.done():
                            answer.set_result(False)
        finally:
            self._is_running = False

    async def _admit(self, batch: list[tuple[Connection, asyncio.Future[bool]]]) -> None:
        asked_at = self._hub.loop.time()
        try:
            found, its_epoch = await in_database(_read, {connection.pk for connection, _answer in batch})
        except (OperationalError, InterfaceError) as error:
            log.warning("no hello, database unavailable: %s", type(error).__name__)
            return
        for connection, answer in batch:
            if not answer.done():
                self._greet(connection, found, its_epoch, asked_at)
                answer.set_result(True)

    def _greet(self, connection: Connection, found: Standing, its_epoch: str, asked_at: float) -> None:
        hub, heads = self._hub, {}
        hub.enter(connection)
        for name in found.topics[connection.pk]:
            head = found.heads.get(name, 0)
            topic = hub.follow(connection, name, head=head, asked_at=asked_at)
            # What was delivered here since the database was asked is not repeated; its head makes the client fetch it.
            heads[wire_id(name)] = max(head, topic.newest) if topic else head
        connection.send(
            Frame.of(
                {
                    "type": "hello",
                    "epoch": its_epoch,
                    "person": connection.pk,
                    "heartbeat": HEARTBEAT_SECONDS,
                    "heads": heads,
                }
            )
        )


def _read(person_pks: set[int]) -> tuple[Standing, str]:
    return standing(person_pks), epoch()
