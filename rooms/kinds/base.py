"""What a kind of room answers: who sits where, which seat may do what, and what the room is called."""

import datetime as dt
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, Flag, auto
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Case, F, Q, QuerySet

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from rooms.models import Room


class Right(Flag):
    """What a seat may do in a room."""

    NONE = 0
    READ = auto()
    POST = auto()
    MODERATE = auto()
    OPEN_TALK = auto()

    def names(self) -> list[str]:
        """The rights as clients get them."""
        return [str(right.name).lower() for right in Right if right in self]


class Per(Enum):
    """Of what there is one room each, made and archived by the roster. A thread is made by its first message."""

    CLASS = "school_class"
    ORG = "org"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Scope:
    """Rooms of one kind, as a condition on whatever path of a query leads to a room. A condition and not a subquery: so
    the planner begins with the three rooms of a small change, and not with every guardian of the province."""

    kind: str
    room_ids: frozenset[int] | None = None
    # The classes of these rooms, where they are known: on the way to a class's room the planner needs to hear of them,
    # or it looks for the rooms of every enrolment there is.
    class_ids: frozenset[int] | None = None
    only_open: bool = True

    def at(self, path: str = "") -> Q:
        """The condition on the room at the end of `path`."""
        to = f"{path}__" if path else ""
        condition = Q(**{f"{to}kind": self.kind})
        if self.only_open:
            condition &= Q(**{f"{to}state": "open"})
        if self.room_ids is not None:
            condition &= Q(**{f"{to}pk__in": sorted(self.room_ids)})
        if self.class_ids is not None and path.endswith("school_class__rooms"):
            condition &= Q(**{f"{path.removesuffix('__rooms')}__in": sorted(self.class_ids)})
        return condition


# A seat's name with the rows of (room id, person id) that hold it.
Seating = tuple[str, "QuerySet[Any, tuple[int, int]]"]
Rows = QuerySet[Any]
# A room's id, and what is told of a row by which somebody sits there.
Fact = tuple[int, dict[str, Any]]
# The seat of those who may read an archived room. Nobody holds it in an open one, and no row of the roster says it.
KEEPER = "keeper"

# What is told of a row that seats somebody: our word for a fact, and its path from the row.
ENROLMENT = {
    "id": "pk",
    "role": "role",
    "is_primary": "is_primary",
    "org": "school",
    "school_class": "school_class",
    "since": "begins_on",
    "until": "ends_on",
}
ROLE = {"id": "pk", "role": "role", "org": "org", "since": "begins_on", "until": "ends_on"}
LINK = {
    "id": "pk",
    "student": "student",
    "relation": "relation",
    "said_by_student": "said_by_student",
    "said_by_guardian": "said_by_guardian",
    "since": "valid_from",
    "until": "valid_to",
}


@dataclass(frozen=True, slots=True)
class Ground:
    """On what a seat stands: rows of the registry with the paths from a row to the room and to the person. The same rows
    give the seat and tell why it was given, so that the two cannot differ."""

    seat: str
    rows: Rows
    room: str
    person: str
    # What such a row is: "enrolment", "role", "guardian_link".
    cause: str
    facts: Mapping[str, str]
    # Where the rows are the rooms themselves: of each room the facts by which it is among them.
    behind: "Callable[[Collection[Room]], Iterator[Fact]] | None" = None


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason for which a person has a seat; another may give the same seat, and keeps it when this one ends."""

    seat: str
    kind: str
    facts: dict[str, Any] = field(hash=False)


class RoomKind(ABC):
    """One variety of room. Subclasses register by existing; importing one has no other effect."""

    slug: ClassVar[str]
    label: "ClassVar[_StrOrPromise]"
    per: ClassVar[Per]
    # Every seat with its rights, the strongest first: who has two seats in a room sits in the first of them.
    grants: ClassVar[dict[str, Right]]
    # Member rows are made when a person first opens the room; until then the right is what `seat_by_rule` says.
    is_by_rule: ClassVar[bool] = False
    # A seat that writes only while somebody holds the other: no pupil writes in a room without a live teacher.
    accompanied: ClassVar[dict[str, str]] = {}
    # A seat that nobody takes where there would be nobody but that one and one adult (decision 22).
    never_alone: ClassVar[str] = ""
    # Whether a seat follows from its holder and the holder's children alone, whoever else sits there: a change of somebody
    # else moves it in no room of the kind.
    seats_stand_apart: ClassVar[bool] = False
    # Seats that see how far the others have read; a thread shows it to both sides.
    sees_receipts: ClassVar[frozenset[str]] = frozenset()
    # What happens in the room is about a named child: a push says so and no more.
    is_private: ClassVar[bool] = False
    # Once its org has ended, those who speak for the org that answers for it today read what was said.
    is_kept_for_heirs: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "slug" in cls.__dict__:
            if cls.slug in _kinds:
                raise ValueError(f"two kinds are called {cls.slug}")
            if cls.never_alone and cls.seats_stand_apart:
                raise ValueError(f"whether a {cls.never_alone} sits there depends on who else does")
            _kinds[cls.slug] = cls()

    @abstractmethod
    def grounds(self, rooms: Scope, day: dt.date) -> Iterator[Ground]:
        """Who sits in these rooms on this day and why, as queries: the same few for 1 room and for 5,000."""

    def scope(self, room_ids: frozenset[int] | None, class_ids: frozenset[int] | None = None) -> Scope:
        """These rooms as far as anybody may sit in them: an archived thread comes back with the right to it."""
        return Scope(self.slug, room_ids, class_ids, only_open=self.per is not Per.MESSAGE)

    def seats(self, rooms: Scope, day: dt.date, *, people: Collection[int] | None = None) -> Iterator[Seating]:
        """Each seat with its rows of (room, person), the strongest first; of these people alone, where they are named."""
        for ground in self.grounds(rooms, day):
            rows = ground.rows if people is None else ground.rows.filter(**{f"{ground.person}__in": people})
            yield ground.seat, rows.values_list(ground.room, ground.person)

    def causes(self, room: "Room", person_id: int, day: dt.date) -> Iterator[Cause]:
        """Everything for which this person has a seat in this room; nothing for strangers."""
        yield from self.causes_in([room], person_id, day)[room.pk]

    def causes_in(self, rooms: "Collection[Room]", person_id: int, day: dt.date) -> dict[int, list[Cause]]:
        """The same for each of these rooms of the kind, by its id: the same few queries for 1 room and for 60."""
        found: dict[int, list[Cause]] = defaultdict(list)
        by_id = {room.pk: room for room in rooms}
        for ground in self.grounds(self.scope(frozenset(by_id)), day) if by_id else ():
            rows = ground.rows.filter(**{ground.person: person_id})
            if ground.behind is None:
                facts = facts_of(rows, ground.room, ground.facts)
            else:
                facts = ground.behind([by_id[pk] for pk in set(rows.values_list(ground.room, flat=True))])
            for room, fact in facts:
                if ground.seat != self.never_alone or not self._is_pair(by_id[room], day):
                    found[room].append(Cause(ground.seat, ground.cause, fact))
        return found

    def _is_pair(self, room: "Room", day: dt.date) -> bool:
        """Whether one adult and one pupil are all that would sit in the room."""
        rows = [
            (person, seat) for seat, rows in self.seats(self.scope(frozenset({room.pk})), day) for _, person in rows
        ]
        seats = dict(reversed(rows))
        return len(seats) == 2 and list(seats.values()).count(self.never_alone) == 1

    def rights(self, seat: str, room: "Room") -> Right:
        """What this seat may do in this room as it stands now."""
        if room.state != "open":
            return Right.READ if seat == KEEPER and self.is_kept_for_heirs else Right.NONE
        return self.grants.get(seat, Right.NONE)

    def seat_by_rule(self, person_id: int, day: dt.date) -> Case | None:
        """The seat that the rule gives this person in each room of an outer query, as an expression."""
        return None

    def who_may_not_read(self, room: "Room", members: QuerySet[Any], day: dt.date) -> QuerySet[Any]:
        """Those of these member rows (of another room) whose people may not read in this room."""
        return members.exclude(person__memberships__room=room)

    @abstractmethod
    def title(self, room: "Room") -> str:
        """The room's name in the active language, the same for every member."""


def told(seat: str, kind: str, rows: Rows, facts: Mapping[str, str]) -> Iterator[Cause]:
    """A cause for each row, once, however many paths lead to it."""
    for _pk, fact in facts_of(rows, "pk", facts):
        yield Cause(seat, kind, fact)


def facts_of(rows: Rows, room: str, facts: Mapping[str, str]) -> Iterator[Fact]:
    """What is told of each row, once a room, with what stands at the path `room`."""
    found = rows.values_list(F(room), *(F(path) for path in facts.values()))
    for row in dict.fromkeys(found.order_by()):
        yield row[0], dict(zip(facts, row[1:], strict=True))


_kinds: dict[str, RoomKind] = {}


def kinds() -> list[RoomKind]:
    """Every kind there is."""
    return [_kinds[slug] for slug in sorted(_kinds)]


def kind_named(slug: str) -> RoomKind:
    """The kind of this name; a KeyError means that its file was taken away while rooms of it remain."""
    return _kinds[slug]
