"""The judge: twelve invariants over a history. Knows the tables' names and nothing else of the application.

`python -m tests.chaos.check FOLDER DATABASE_URL` prints the verdict as JSON; ends with 1 if anything is violated.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from tests.chaos.history import History, Stored, read

TOLD_OF_EACH = 5
# The refusals that a right which ended explains.
ENDED = frozenset({"not_found", "may_not_post"})
Invariant = Callable[[History], Iterator[str]]


def lost(history: History) -> Iterator[str]:
    """1: every acknowledged send is stored."""
    names = {row.name for row in history.stored}
    for name in history.acked.keys() - names:
        yield f"{name} was acknowledged and is not stored"


def duplicated(history: History) -> Iterator[str]:
    """2: and stored once."""
    for name, count in Counter(row.name for row in history.stored).items():
        if count > 1:
            yield f"{name} is stored {count} times"


def wrong_ack(history: History) -> Iterator[str]:
    """3: at the number in the answer, under its name, by its author, in its room, with its text; nothing that was plainly
    refused is stored, and nothing is refused but for a right that ended."""
    rows = {row.name: row for row in history.stored}
    for name, answers in history.acked.items():
        row, sent = rows.get(name), history.invoked[name]
        for answer in answers:
            if row is not None and (answer.seq != row.seq or not answer.is_named):
                yield f"{name} was acknowledged at {answer.seq} and is stored at {row.seq}"
        if row is not None and (row.author, row.room, row.digest) != (sent.person, sent.room, sent.digest):
            yield f"{name} is stored by another, elsewhere or with another text"
    for name, refusal in history.refused.items():
        if name in rows and not refusal.was_lost:
            yield f"{name} was refused ({refusal.code}) and is stored"
        sent = history.invoked[name]
        windows = history.windows.get((sent.person, sent.room), ())
        is_explained = any(each.over_from <= refusal.at and sent.at <= each.back_by for each in windows)
        if refusal.code not in ENDED or not is_explained:
            yield f"{name} was refused for good while the right held: {refusal.code}"


def gaps(history: History) -> Iterator[str]:
    """4: the numbers of each room are 1..n, and its row says so."""
    for room, rows in _by_room(history).items():
        seqs = sorted(row.seq for row in rows)
        if seqs != list(range(1, len(seqs) + 1)):
            yield f"room {room} has {len(seqs)} messages with numbers up to {seqs[-1]}"
        head, last = history.heads[room]
        if last != seqs[-1] or head != max(row.rev for row in rows):
            yield f"room {room} stands at {head}/{last}, its messages at {max(row.rev for row in rows)}/{seqs[-1]}"


def reordered(history: History) -> Iterator[str]:
    """5: what was acknowledged before another send to the room began stands before it; so do a sender's own."""
    for room, rows in _by_room(history).items():
        answered = sorted((history.acked[row.name][0].at, row.seq) for row in rows if row.name in history.acked)
        begun = sorted((history.invoked[row.name].at, row.seq) for row in rows if row.name in history.acked)
        newest = position = 0
        for at, seq in begun:
            while position < len(answered) and answered[position][0] < at:
                newest = max(newest, answered[position][1])
                position += 1
            if newest > seq:
                yield f"room {room}: {seq} began after {newest} was acknowledged"


def incomplete(history: History) -> Iterator[str]:
    """6: whoever may see a room shows all of it at the end, as far back as the app has read."""
    stored = {room: [(r.seq, r.rev, r.digest, r.name) for r in rows] for room, rows in _by_room(history).items()}
    rooms: dict[int, set[int]] = defaultdict(set)
    for person, room in history.last_pairs:
        rooms[person].add(room)
    for device, person, _epoch, views, since in history.views:
        for room in rooms[person]:
            ought_to = [row for row in stored.get(room, []) if row[0] >= since.get(room, 0)]
            if views.get(room, []) != ought_to:
                has, ought = len(views.get(room, [])), len(ought_to)
                yield f"device {device} of {person} shows {has} of {ought} in room {room}"


def shown_twice(history: History) -> Iterator[str]:
    """7: nothing comes twice on one socket, and no name stands twice in a view."""
    for device, _person, room, rev in history.twice:
        yield f"device {device} was told rev {rev} of room {room} twice"
    for device, _person, _epoch, views, _since in history.views:
        for room, rows in views.items():
            if len({name for _seq, _rev, _digest, name in rows}) != len(rows):
                yield f"device {device} shows a message of room {room} twice"


def leaked(history: History) -> Iterator[str]:
    """8: nobody is shown what was posted after their right had ended, or anything that they asked for after that; nobody
    writes then; nobody keeps the room."""
    for each in history.shown:
        pair = each.person, each.room
        if each.room in history.rooms and pair not in history.first_pairs:
            yield f"{each.person} never might see room {each.room} and was shown {each.seq}"
        for window in history.windows.get(pair, ()):
            if each.at >= window.back_from:
                continue
            if each.seq > window.cut:
                yield f"{each.person} was shown {each.seq} of room {each.room}, posted after {window.cut} ({each.how})"
            elif each.asked_at > window.over_by:
                yield f"{each.person} asked for {each.seq} of room {each.room} after the right had ended, and got it"
    for row in history.stored:
        for window in history.windows.get((row.author, row.room), ()):
            if window.cut < row.seq <= window.back_at:
                yield f"{row.author} wrote {row.seq} into room {row.room} without the right"
    for device, person, _epoch, views, _since in history.views:
        for room in views.keys() & history.rooms:
            if (person, room) not in history.last_pairs:
                yield f"device {device} of {person} still shows room {room} at the end"


def forked(history: History) -> Iterator[str]:
    """9: one text at one number, for everybody and at any time; one epoch."""
    stored = {(row.room, row.seq): row.digest for row in history.stored}
    for each in history.shown:
        if stored.get((each.room, each.seq)) != each.digest:
            yield f"device {each.device} was shown ({each.how}) another text at {each.room}/{each.seq} than is stored"
    epochs = {view.epoch for view in history.views}
    if len(epochs) > 1:
        yield f"{len(epochs)} epochs"


def invented(history: History) -> Iterator[str]:
    """10: nothing is stored that nobody sent."""
    for row in history.stored:
        if row.name not in history.invoked:
            yield f"{row.room}/{row.seq} was never sent"


def outbox(history: History) -> Iterator[str]:
    """11: the worker has taken up every stored message."""
    for row in history.stored:
        if row.pk not in history.told:
            yield f"{row.room}/{row.seq} is not done in the outbox"


def unresolved(history: History) -> Iterator[str]:
    """12: every send came to an answer."""
    for name in history.invoked.keys() - history.acked.keys() - history.refused.keys():
        yield f"{name} has no answer"


INVARIANTS: tuple[Invariant, ...] = (
    lost, duplicated, reordered, leaked, gaps, incomplete, shown_twice, forked, invented, wrong_ack, outbox, unresolved,
)  # fmt: skip


def _by_room(history: History) -> dict[int, list[Stored]]:
    """The stored messages of each room, by seq."""
    found: dict[int, list[Stored]] = defaultdict(list)
    for row in sorted(history.stored, key=lambda row: (row.room, row.seq)):
        found[row.room].append(row)
    return found


def judge(history: History, *, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """How often each invariant is violated, with the first few of each in words."""
    figures: dict[str, int] = {"acked": len(history.acked)}
    told: list[str] = []
    for invariant in INVARIANTS:
        if invariant.__name__ not in without:
            found = list(invariant(history))
            figures[invariant.__name__] = len(found)
            told += [f"{invariant.__name__}: {line}" for line in found[:TOLD_OF_EACH]]
    violations = sum(count for name, count in figures.items() if name != "acked")
    figures |= {
        "revocations": history.revocations,
        "turned_away": history.turned_away,
        "retried": sum(history.retried.values()),
        "bug_answers": history.retried["bug"],
        "shown": len(history.shown),
    }
    return {"figures": figures, "violations": violations + history.turned_away, "told": told}


def main() -> int:
    """The exit status."""
    folder, url, *flags = sys.argv[1:]
    with psycopg.connect(url) as database:
        history = read(Path(folder), database)
    verdict = judge(history, without=frozenset({"outbox"} if "--no-outbox" in flags else ()))
    foreign = {"django", "chatserver", "broadcasts", "rooms", "delivery", "registry", "realtime"} & sys.modules.keys()
    if foreign:
        raise SystemExit(f"the checker must not know the application: {foreign}")
    print(json.dumps(verdict))
    return 1 if verdict["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
