"""Makes Member rows equal to what the kinds say of the registry today. Nobody is added in any other way."""

import datetime as dt
from collections.abc import Collection

from django.db import connection, transaction
from django.db.models import F

from registry.changes import AccessChange
from registry.selectors import today
from rooms import standing, turns, wanted
from rooms.concerned import Concern, Part, concern_of
from rooms.difference import Difference
from rooms.kinds import kinds
from rooms.models import Room
from rooms.polls.leaving import recount
from rooms.seating import statements

# Naming more rooms than this costs more than looking at all of them.
MANY = 3_000


@transaction.atomic
def revise_all(day: dt.date | None = None) -> Difference:
    """Every room as the registry has it on this day: after a first load, and at midnight, when dates begin and end."""
    turns.take_whole()
    return _revise(None, day or today())


@transaction.atomic
def revise_for(change: AccessChange, day: dt.date | None = None) -> Difference:
    """The rooms that a change of the registry concerns, and no others; all of them where it changed everything."""
    if not change:
        return Difference()
    # Before looking which rooms there are: a conversation begun meanwhile must be among them.
    turns.take_whole()
    concern = None if change.everything else concern_of(change)
    if concern and len(concern.rooms | concern.beside) > MANY:
        concern = None
    # Which rooms stand follows from classes and orgs alone; by date they begin and end at midnight.
    return _revise(concern, day or today(), with_standing=bool(change.everything or change.classes or change.orgs))


def revise_rooms(room_ids: Collection[int], day: dt.date | None = None) -> Difference:
    """These rooms only, for the action that makes a room and has taken its share (rooms/turns.py)."""
    return _seat(Concern(rooms=set(room_ids)), day or today(), Difference())


def _revise(concern: Concern | None, day: dt.date, *, with_standing: bool = True) -> Difference:
    _let_the_planner_look(at_all=concern is None)
    difference = Difference()
    if with_standing:
        difference.rooms |= standing.match_rooms(day)
    if concern is None:
        # Only now are they all there: planned by a handful from before, each of them would be looked up row by row.
        _analyse("rooms_room")
    else:
        concern.rooms |= difference.rooms
    return _seat(concern, day, difference)


def _seat(concern: Concern | None, day: dt.date, difference: Difference) -> Difference:
    """Fill the table of wanted seats, write the difference, and as the last step move the rosters."""
    with transaction.atomic(), wanted.table() as seats:
        # A dead class's room has been archived just now.
        for kind, parts in concern.by_kind() if concern else [(kind, [Part(None)]) for kind in kinds()]:
            for part in parts:
                for seat, sql, params in statements(kind, part.rooms, day, people=part.people):
                    seats.add(seat, sql, params)
            if kind.never_alone:
                seats.part_pairs(kind.slug, kind.never_alone)
        seats.settle()
        difference.rooms |= standing.match_threads(concern.rooms if concern else None, seats)
        seats.write_difference(concern, difference)
        if concern is None and difference:
            _analyse("rooms_room, rooms_member")
        _advance(difference.rooms)
        recount(difference.rooms)
    return difference


def _advance(room_ids: set[int]) -> None:
    """Move the roster numbers (decision 29). Last, and in id order: posting waits for this and for nothing before."""
    if not room_ids:
        return
    changed = Room.objects.filter(pk__in=room_ids)
    list(changed.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    changed.update(roster=F("roster") + 1)


def _let_the_planner_look(*, at_all: bool) -> None:
    """A first load filled the registry in this very transaction: without figures PostgreSQL would loop row by row."""
    if connection.vendor != "postgresql":
        return
    if at_all:
        _analyse(
            "registry_role, registry_enrolment, registry_guardianlink, registry_person,"
            " registry_schoolclass, registry_orgclosure, rooms_member,"
            # Empty, as a rule, which is worth knowing: unread, they are taken for ten pages to go through for each row.
            " registry_localoverride, registry_personlink"
        )
        with connection.cursor() as cursor:
            # What conditions of rights cost is guessed far too high, so that stopping early looks like a gain: the planner
            # went through the enrolments of a province row by row, in their order, for ten minutes instead of two seconds.
            cursor.execute("SET LOCAL enable_mergejoin = off; SET LOCAL work_mem = '64MB'")
    with connection.cursor() as cursor:
        # Who is whose guardian joins fourteen tables; planned eight at a time it took three times as long, and for some
        # hundred classes of a province minutes instead of a second.
        cursor.execute("SET LOCAL join_collapse_limit = 20; SET LOCAL geqo = off; SET LOCAL jit = off")


def _analyse(tables: str) -> None:
    """The planner's figures of these tables: after a load, the next change of some rows must not be planned as if they
    were empty."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {tables}")
