"""When rights change: members of a topic read again, people's topics read again, audiences found."""

import asyncio
import logging
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError

from realtime.connection import Connection
from realtime.database import in_database
from realtime.frame import Frame
from realtime.served import Served
from realtime.standing import Standing, named_for, standing
from realtime.topics import audiences

if TYPE_CHECKING:
    from realtime.hub import Hub

log = logging.getLogger(__name__)
AT_ONCE = 500


async def reread(hub: "Hub", topic: Served) -> None:
    """Read the topic's members, then go on writing. Those who lost the right get nothing of what waits (decision 29)."""
    began_at = hub.loop.time()
    try:
        roster, lost = await _verify(topic, hub)
    except (OperationalError, InterfaceError) as error:
        # Nobody gets what cannot be checked. Clients find it by its head, and so does the watch once it can ask again.
        log.warning("%s is not delivered, its members cannot be read: %s", topic.name, type(error).__name__)
        topic.queue.clear()
        topic.is_held = False
        return
    topic.roster, topic.verified_at, topic.is_held = roster, began_at, False
    if topic.queue:
        # Read after this event was committed, whatever number the owner counts: asking again would learn nothing.
        topic.queue[0].roster = None
    hub.fanout.resume(topic)
    if lost:
        hub.spawn(refresh(hub, lost, is_known=True))


async def _verify(topic: Served, hub: "Hub") -> tuple[int, set[int]]:
    """The topic's roster number and who had to leave. Sockets that come in meanwhile are asked about as well; the lowest
    number counts, since it is the one that holds for everybody."""
    asked: set[int] = set()
    lost: set[int] = set()
    lowest: int | None = None
    while people := {connection.pk for connection in topic.connections} - asked:
        number, allowed = await in_database(topic.owner.roster, topic.name, people)
        asked |= people
        lost |= people - allowed
        lowest = number if lowest is None else min(lowest, number)
        for connection in tuple(topic.connections):
            if connection.pk in lost:
                hub.unfollow(connection, topic.name)
    return lowest or 0, lost


async def refresh(hub: "Hub", person_pks: Collection[int] | None, *, is_known: bool = False) -> None:
    """Read the topics of these people (None: of everybody here) again; drop what ended, join what began, tell them.
    `is_known`: their sockets have lost something already, so they are told even if nothing more is found."""
    wanted = hub.by_person.keys() if person_pks is None else hub.by_person.keys() & set(person_pks)
    people = sorted(wanted)
    for start in range(0, len(people), AT_ONCE):
        await _refresh_some(hub, people[start : start + AT_ONCE], is_known=is_known)


async def _refresh_some(hub: "Hub", person_pks: list[int], *, is_known: bool) -> None:
    asked_at = hub.loop.time()
    try:
        found = await in_database(standing, person_pks)
        ended = await _ended_follows(hub, person_pks)
    except (OperationalError, InterfaceError) as error:
        log.warning("access of %d people not refreshed, the sweep will: %s", len(person_pks), type(error).__name__)
        return
    for pk in person_pks:
        for connection in tuple(hub.by_person.get(pk, ())):
            for name in ended.get(pk, ()):
                hub.unfollow(connection, name)
            _apply(hub, connection, found, asked_at=asked_at, is_known=is_known)


def _apply(hub: "Hub", connection: Connection, found: Standing, *, asked_at: float, is_known: bool) -> None:
    may_follow = found.topics[connection.pk]
    follows = connection.topics.keys() - set(connection.followed)
    for name in follows - may_follow:
        hub.unfollow(connection, name)
    for name in may_follow - follows:
        hub.follow(connection, name, head=found.heads.get(name, 0), asked_at=asked_at)
    if is_known or may_follow != follows:
        connection.send(Frame.of({"type": "access.changed", **named_for(may_follow)}))


async def _ended_follows(hub: "Hub", person_pks: list[int]) -> dict[int, set[str]]:
    """Which topics followed by order these people may follow no longer."""
    by_topic: dict[str, set[int]] = {}
    for pk in person_pks:
        for connection in hub.by_person.get(pk, ()):
            for name in connection.followed:
                by_topic.setdefault(name, set()).add(pk)
    ended: dict[int, set[str]] = {}
    for name, people in by_topic.items():
        topic = hub.topics.get(name)
        if topic is not None:
            _roster, allowed = await in_database(topic.owner.roster, name, people)
            for pk in people - allowed:
                ended.setdefault(pk, set()).add(name)
    return ended


async def tell_audience(hub: "Hub", audience: str, subject: int, frame: Frame) -> None:
    """Write the frame to those connected here whom the audience's finder names."""
    people = sorted(hub.by_person)
    for start in range(0, len(people), AT_ONCE):
        for pk in await _found(audience, subject, people[start : start + AT_ONCE]):
            for connection in tuple(hub.by_person.get(pk, ())):
                connection.send(frame)


async def _found(audience: str, subject: int, people: list[int]) -> set[int]:
    """The finder's answer; asked again a few times, since no head would show that this hint was lost."""
    for seconds in (1, 2, 4, 0):
        try:
            return await in_database(audiences[audience].finder, subject, people)
        except (OperationalError, InterfaceError) as error:
            log.warning("audience %s of %d not found: %s", audience, subject, type(error).__name__)
            await asyncio.sleep(seconds)
    return set()
