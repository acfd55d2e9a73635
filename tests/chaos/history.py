"""What a run left behind, read from its journals and its tables. Standard library and database driver only."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from tests.chaos.journal import digest_of


class Invoked(NamedTuple):
    """A send as its writer began it."""

    at: float
    name: str
    person: int
    room: int
    digest: str


class Acked(NamedTuple):
    """An ok, and whether the message in it bore the name that was sent."""

    at: float
    seq: int
    rev: int
    is_named: bool


class Refused(NamedTuple):
    """A final no; after a lost try it does not say that nothing was stored."""

    at: float
    code: str
    was_lost: bool


class Shown(NamedTuple):
    """A message that reached a device: live, in a resume or in a page (both asked for at `asked_at`)."""

    at: float
    person: int
    device: int
    how: str
    room: int
    seq: int
    rev: int
    digest: str
    asked_at: float


class Stored(NamedTuple):
    """A row of the messages' table."""

    pk: int
    room: int
    seq: int
    rev: int
    author: int
    name: str
    digest: str


class Window(NamedTuple):
    """A time without a right. The commit that ended it lies between two moments, and nothing above `cut` was posted before
    it; the one that gave it back lies between two more, and found `back_at` as the last seq."""

    over_from: float
    over_by: float
    cut: int
    back_from: float
    back_by: float
    back_at: int


Kept = tuple[int, int, str, str]


class View(NamedTuple):
    """What a device shows at the end: of each room (seq, rev, digest, name), from the message `since` on."""

    device: int
    person: int
    epoch: str
    rooms: dict[int, list[Kept]]
    since: dict[int, int]


NEVER = float("inf")
NO_SEQ = 2**63


@dataclass(slots=True)
class History:
    """Everything the invariants are checked against."""

    invoked: dict[str, Invoked] = field(default_factory=dict)
    acked: dict[str, list[Acked]] = field(default_factory=dict)
    refused: dict[str, Refused] = field(default_factory=dict)
    retried: Counter[str] = field(default_factory=Counter)
    shown: list[Shown] = field(default_factory=list)
    twice: list[tuple[int, int, int, int]] = field(default_factory=list)
    turned_away: int = 0
    views: list[View] = field(default_factory=list)
    rooms: set[int] = field(default_factory=set)
    first_pairs: set[tuple[int, int]] = field(default_factory=set)
    last_pairs: set[tuple[int, int]] = field(default_factory=set)
    windows: dict[tuple[int, int], list[Window]] = field(default_factory=dict)
    revocations: int = 0
    stored: list[Stored] = field(default_factory=list)
    # room: (head, last_seq)
    heads: dict[int, tuple[int, int]] = field(default_factory=dict)
    told: set[int] = field(default_factory=set)


def lines(path: Path) -> Iterator[list[Any]]:
    """A journal's lines."""
    with path.open(encoding="utf-8") as journal:
        for line in journal:
            yield json.loads(line)


def read(folder: Path, database: Any) -> History:
    """The history of the run in this folder; `database` is a connection to its tables."""
    history = History()
    town = json.loads((folder / "town.json").read_text())
    history.rooms = set(town["rooms"])
    history.first_pairs = {(person, room) for person, room in town["pairs"]}
    _read_clients(history, folder / "clients.jsonl")
    _read_registrar(history, folder / "registrar.jsonl")
    for device, person, epoch, views, since in lines(folder / "views.jsonl"):
        kept = {int(room): [(row[0], row[1], row[2], row[3]) for row in rows] for room, rows in views.items()}
        history.views.append(View(device, person, epoch, kept, {int(room): seq for room, seq in since.items()}))
    _read_tables(history, database)
    return history


def _read_clients(history: History, path: Path) -> None:
    for kind, at, *rest in lines(path):
        match kind:
            case "invoke":
                history.invoked[rest[0]] = Invoked(at, *rest)
            case "ok":
                history.acked.setdefault(rest[0], []).append(Acked(at, *rest[1:]))
            case "fail":
                history.refused[rest[0]] = Refused(at, *rest[1:])
            case "again":
                history.retried[rest[1]] += 1
            case "unknown":
                history.retried["unknown"] += 1
            case "shown":
                history.shown.append(Shown(at, *rest))
            case "twice":
                history.twice.append((rest[0], rest[1], rest[2], rest[3]))
            case "turned_away":
                history.turned_away += 1


def _read_registrar(history: History, path: Path) -> None:
    open_windows: dict[tuple[int, int], tuple[float, float, int]] = {}
    for kind, _at, *rest in lines(path):
        if kind == "held":
            history.last_pairs = {(person, room) for person, room in rest[0]}
        if kind != "change":
            continue
        _began, committing, done, lost, gained = rest
        history.revocations += len({person for person, _room, _cut in lost + gained})
        for person, room, cut in lost:
            open_windows[person, room] = (committing, done, cut)
        for person, room, cut in gained:
            over = open_windows.pop((person, room))
            history.windows.setdefault((person, room), []).append(Window(*over, committing, done, cut))
    for pair, over in open_windows.items():
        history.windows.setdefault(pair, []).append(Window(*over, NEVER, NEVER, NO_SEQ))


def _read_tables(history: History, database: Any) -> None:
    rows = database.execute("SELECT id, room_id, seq, rev, author_id, client_message_id::text, body FROM rooms_message")
    history.stored = [Stored(*row[:6], digest_of(row[6])) for row in rows]
    rooms = database.execute("SELECT id, head, last_seq FROM rooms_room")
    history.heads = {room: (head, last) for room, head, last in rooms}
    done = database.execute("SELECT subject FROM delivery_dispatch WHERE source = 'message' AND done_at IS NOT NULL")
    history.told = {subject for (subject,) in done}
