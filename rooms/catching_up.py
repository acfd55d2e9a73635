"""What clients missed: the same two queries for one who was away and for two hundred who come back together."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from django.conf import settings
from django.utils import timezone, translation

from realtime import epoch
from registry.lists import these
from registry.models import Person
from rooms.models import Member, Room
from rooms.own import Own, own_of_all, told_own
from rooms.pinned import live_pins, told_pins
from rooms.tails import Change, Tail, tails

# Who was away for longer starts again with the newest page: a phone shows no more, and a frame has its limits.
MOST_CHANGES = 200
MOST_CHANGES_OVERALL = 500
MOST_CHARACTERS = 250_000
MOST_ROOMS_BEHIND = 300


class Head(NamedTuple):
    """Where a room stands that a person named and may see."""

    rev: int
    last_seq: int
    has_pins: bool


Heads = dict[int, Head]


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody who comes back: what the client knows, and the language of its answer."""

    person: Person
    known_epoch: str
    revs: dict[int, int]
    language: str = settings.LANGUAGE_CODE


@dataclass(frozen=True, slots=True)
class _Beside:
    """What each did to which message, and the pinned messages of each room."""

    own: dict[tuple[int, int], Own]
    pins: dict[int, list[Any]]


@dataclass(slots=True)
class _Budget:
    """How much a catch-up may still carry."""

    messages: int = MOST_CHANGES_OVERALL
    characters: int = MOST_CHARACTERS

    def take(self, changes: Collection[Change]) -> bool:
        """Whether these still fit; they are counted if they do."""
        size = sum(change.characters for change in changes)
        if len(changes) > self.messages or size > self.characters:
            return False
        self.messages -= len(changes)
        self.characters -= size
        return True


def catch_up(person: Person, *, known_epoch: str, revs: dict[int, int]) -> dict[str, Any]:
    """What a client missed in the rooms it names: {room: rev}. Rooms that it may not see (any more) are gone; where too
    much happened, or the database has another life than the client's, it starts again. Two queries, whatever is asked,
    and one or two more each where messages point to others, people did something to them, or rooms have pins.
    """
    language = translation.get_language() or settings.LANGUAGE_CODE
    found = catch_up_all([Away(person, known_epoch, revs, language)])
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(found[0]))
    return plain


def catch_up_all(away: list[Away]) -> list[dict[str, Any]]:
    """The same for many, in their order; messages are JSON already (msgspec.Raw)."""
    now = epoch()
    heads = _heads([one for one in away if one.known_epoch == now])
    seen = [{pk: heads[one.person.pk][pk] for pk in one.revs if pk in heads[one.person.pk]} for one in away]
    near = [_near(one, rooms) for one, rooms in zip(away, seen, strict=True)]
    read = _tails(away, seen, near, now)
    beside = _beside(away, seen, read)
    return [
        _answer(one, rooms, read[one.language], beside, now) if one.known_epoch == now else _start_again(now)
        for one, rooms in zip(away, seen, strict=True)
    ]


def _start_again(now: str) -> dict[str, Any]:
    return {"epoch": now, "rooms": {}, "gone": [], "start_again": True}


def _heads(away: list[Away]) -> dict[int, Heads]:
    """By person, the rooms that any of them named and this one may see."""
    found: dict[int, Heads] = defaultdict(dict)
    if away:
        seats = Member.objects.filter(
            person__in=these({one.person.pk for one in away}),
            room__in=these(set().union(*(one.revs for one in away))),
            room__state=Room.State.OPEN,
        )
        soon, fields = timezone.now(), ("person", "room", "room__head", "room__last_seq", "room__pinned_until")
        for person, room, head, last, pinned in seats.values_list(*fields):
            found[person][room] = Head(head, last, pinned is not None and pinned > soon)
    return found


def _near(one: Away, rooms: Heads) -> dict[int, int]:
    """The rooms whose missed changes are few enough to be told, with the rev they are told from."""
    behind = [(pk, rev) for pk, rev in one.revs.items() if pk in rooms and 0 < rooms[pk].rev - rev <= MOST_CHANGES]
    return dict(behind[:MOST_ROOMS_BEHIND])


def _tails(away: list[Away], seen: list[Heads], near: list[dict[int, int]], now: str) -> dict[str, dict[int, Tail]]:
    """By language, what has to be read for all of them together."""
    wanted: dict[str, dict[int, tuple[int, int]]] = {one.language: {} for one in away}
    for one, rooms, revs in zip(away, seen, near, strict=True):
        lowest = wanted[one.language]
        for pk, rev in revs.items():
            head = rooms[pk].rev
            known = lowest.get(pk, (rev, head))
            lowest[pk] = (min(rev, known[0]), max(head, known[1]))
    found: dict[str, dict[int, Tail]] = {}
    for language, behind in wanted.items():
        with translation.override(language):
            found[language] = tails.of(behind, epoch=now)
    return found


def _beside(away: list[Away], seen: list[Heads], read: dict[str, dict[int, Tail]]) -> _Beside:
    """What is told beside the messages, for all of them together."""
    touched = {
        change.touched
        for tails in read.values()
        for tail in tails.values()
        for change in tail.changes
        if change.touched
    }
    pinned = {pk for rooms in seen for pk, head in rooms.items() if head.has_pins}
    return _Beside(own_of_all({one.person.pk for one in away}, touched), live_pins(pinned))


def _answer(one: Away, rooms: Heads, read: dict[int, Tail], beside: _Beside, now: str) -> dict[str, Any]:
    budget, near = _Budget(), _near(one, rooms)
    told = {}
    for pk, head in rooms.items():
        rev = one.revs[pk]
        changes = read[pk].between(rev, head.rev) if pk in near else None
        # A right may have ended since, and something been said and pinned.
        pinned = [message for message in beside.pins.get(pk, ()) if message.seq <= head.last_seq]
        told[str(pk)] = _changes(head, rev, changes, budget) | _told_beside(one, changes or (), pinned, beside.own)
    return {"epoch": now, "rooms": told, "gone": sorted(set(one.revs) - set(rooms)), "start_again": False}


def _told_beside(
    one: Away, changes: Collection[Change], pinned: list[Any], found: dict[tuple[int, int], Own]
) -> dict[str, Any]:
    mine = {change.seq: own for change in changes if (own := found.get((one.person.pk, change.touched or 0)))}
    if not pinned:
        return told_own(mine)
    with translation.override(one.language):
        return told_own(mine) | told_pins(pinned)


def _changes(head: Head, rev: int, changes: tuple[Change, ...] | None, budget: _Budget) -> dict[str, Any]:
    """Changes. A client that knows a later head than there is has another database's rooms: it starts again."""
    fits = changes is not None and budget.take(changes)
    told = changes if changes and fits else ()
    return {
        "messages": [change.json for change in told],
        "head": head.rev,
        "last_seq": head.last_seq,
        "start_again": head.rev != rev and not fits,
    }
