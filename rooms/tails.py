"""The newest changes of rooms, ready to be sent: read and encoded once for all who come back to them. After a storm forty
members of a class ask for the same messages within seconds."""

import threading
import time
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass

import msgspec
from django.utils.translation import get_language

from rooms import sequence
from rooms.people import with_labels
from rooms.serializers import messages_json

# Labels and erased bodies may be as old as this; a message's own text never is: whatever changes moves the head.
SECONDS = 60.0
# Kept over all rooms, about half a kilobyte each.
MOST_MESSAGES = 20_000
# Read a little further back than asked: the next one may have been away for longer.
SLACK = 20
# Rooms a query: a condition each, and SQLite nests a thousand.
ROOMS_A_QUERY = 300


@dataclass(frozen=True, slots=True)
class Change:
    """A message as it stands, encoded; `characters` of its body, or of the whole; `touched`: its key, if people did
    something to it that is told to each of them alone (rooms/own.py)."""

    rev: int
    seq: int
    characters: int
    json: msgspec.Raw
    touched: int | None = None


@dataclass(frozen=True, slots=True)
class Tail:
    """Every change of a room after `begins_at` up to `head`, each message once, by rev."""

    begins_at: int
    head: int
    revs: tuple[int, ...]
    changes: tuple[Change, ...]
    read_at: float

    def between(self, rev: int, head: int) -> tuple[Change, ...]:
        """The changes after this rev, which must not lie before `begins_at`, up to the head that the reader's seat was
        found with: a right may have ended since, and something been said."""
        return self.changes[bisect_right(self.revs, rev) : bisect_right(self.revs, head)]


class Tails:
    """What this process remembers of rooms; may be used from any thread."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, int, str], Tail] = OrderedDict()
        self._count = 0
        self._lock = threading.Lock()

    def of(self, wanted: dict[int, tuple[int, int]], *, epoch: str) -> dict[int, Tail]:
        """The tails of these rooms, {room: (after which rev, head as it stands)}, in the active language; a query for
        each 300 rooms that are not remembered. Whoever asks has seen that the reader may read them."""
        language = get_language() or ""
        found: dict[int, Tail] = {}
        now = time.monotonic()
        for room, (rev, head) in wanted.items():
            tail = self._known.get((epoch, room, language))
            if tail is not None and tail.begins_at <= rev and tail.head == head and now - tail.read_at < SECONDS:
                found[room] = tail
        missing = sorted(wanted.keys() - found.keys())
        for start in range(0, len(missing), ROOMS_A_QUERY):
            some = missing[start : start + ROOMS_A_QUERY]
            for room, tail in _read({room: wanted[room] for room in some}, now).items():
                found[room] = tail
                self._keep((epoch, room, language), tail)
        return found

    def forget(self) -> None:
        """Remember nothing: the database is another one."""
        with self._lock:
            self._known.clear()
            self._count = 0

    def _keep(self, key: tuple[str, int, str], tail: Tail) -> None:
        with self._lock:
            before = self._known.pop(key, None)
            self._known[key] = tail
            self._count += len(tail.changes) - (len(before.changes) if before else 0)
            while self._count > MOST_MESSAGES and len(self._known) > 1:
                _key, oldest = self._known.popitem(last=False)
                self._count -= len(oldest.changes)


def _read(wanted: dict[int, tuple[int, int]], now: float) -> dict[int, Tail]:
    begins = {room: max(0, min(rev, head - SLACK)) for room, (rev, head) in wanted.items()}
    changes: dict[int, list[Change]] = {room: [] for room in wanted}
    messages = list(with_labels(sequence.changes_in(begins), person="author"))
    for message, told in zip(messages, messages_json(messages), strict=True):
        encoded = msgspec.json.encode(told)
        touched = message.pk if message.reactions or message.poll else None
        # Who reacted is told by name, and may be more than the text.
        size = len(encoded) if touched else len(told["body"])
        changes[message.room_id].append(Change(message.rev, message.seq, size, msgspec.Raw(encoded), touched))
    return {
        room: Tail(
            begins_at=begins[room],
            # A message posted while this was read may already be in.
            head=max([head, *(change.rev for change in changes[room][-1:])]),
            revs=tuple(change.rev for change in changes[room]),
            changes=tuple(changes[room]),
            read_at=now,
        )
        for room, (_rev, head) in wanted.items()
    }


tails = Tails()
