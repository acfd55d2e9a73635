"""How authors are shown, remembered for a minute: the label costs more than the rest of a post. The seat is asked every
time; a room whose members changed forgets at once."""

import time
from collections import OrderedDict

from realtime import epoch
from rooms.models import Member
from rooms.people import Shown, shown, with_labels

SECONDS = 60.0
MOST = 20_000
Seat = tuple[int, int]
_known: OrderedDict[tuple[str, int, int, int], tuple[float, Shown]] = OrderedDict()


def shown_in(seats: dict[Seat, int]) -> dict[Seat, Shown]:
    """How each (room, person) is shown, given the rooms' roster numbers; one query for all that are not remembered."""
    now, life = time.monotonic(), epoch()
    found: dict[Seat, Shown] = {}
    for (room, person), roster in seats.items():
        known = _known.get((life, room, person, roster))
        if known is not None and known[0] > now:
            found[room, person] = known[1]
    missing = seats.keys() - found.keys()
    if missing:
        found |= _read(missing)
        for room, person in missing:
            _known[life, room, person, seats[room, person]] = (now + SECONDS, found[room, person])
        while len(_known) > MOST:
            _forget_oldest()
    return found


def forget() -> None:
    """Remember nothing: the database is another one."""
    _known.clear()


def _read(seats: "set[Seat]") -> dict[Seat, Shown]:
    rows = Member.objects.filter(room__in={room for room, _ in seats}, person__in={person for _, person in seats})
    return {
        (row.room_id, row.person_id): shown(row, person=row.person, seat=row.seat)
        for row in with_labels(rows, person="person")
    }


def _forget_oldest() -> None:
    # Another thread may have taken the last one.
    if _known:
        _known.popitem(last=False)
