"""What a kind of room answers: who sits where, which seat may do what, and what the room is called."""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, Flag, auto
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Case, Q, QuerySet

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
    only_open: bool = True

    def at(self, path: str = "") -> Q:
        """The condition on the room at the end of `path`."""
        to = f"{path}__" if path else ""
        condition = Q(**{f"{to}kind": self.kind})
        if self.only_open:
            condition &= Q(**{f"{to}state": "open"})
        if self.room_ids is not None:
            condition &= Q(**{f"{to}pk__in": sorted(self.room_ids)})
        return condition


# A seat's name with the rows of (room id, person id) that hold it.
Seating = tuple[str, "QuerySet[Any, tuple[int, int]]"]


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
    # Seats that see how far the others have read; a thread shows it to both sides.
    sees_receipts: ClassVar[frozenset[str]] = frozenset()
    # What happens in the room is about a named child: a push says so and no more.
    is_private: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "slug" in cls.__dict__:
            if cls.slug in _kinds:
                raise ValueError(f"two kinds are called {cls.slug}")
            _kinds[cls.slug] = cls()

    @abstractmethod
    def seats(self, rooms: Scope, day: dt.date) -> Iterator[Seating]:
        """Who sits in these rooms on this day, as queries: the same few for 1 room and for 5,000."""

    def rights(self, seat: str, room: "Room") -> Right:
        """What this seat may do in this room as it stands now."""
        if room.state != "open":
            return Right.NONE
        return self.grants.get(seat, Right.NONE)

    def seat_by_rule(self, person_id: int, day: dt.date) -> Case | None:
        """The seat that the rule gives this person in each room of an outer query, as an expression."""
        return None

    @abstractmethod
    def title(self, room: "Room") -> str:
        """The room's name in the active language, the same for every member."""


_kinds: dict[str, RoomKind] = {}


def kinds() -> list[RoomKind]:
    """Every kind there is."""
    return [_kinds[slug] for slug in sorted(_kinds)]


def kind_named(slug: str) -> RoomKind:
    """The kind of this name; a KeyError means that its file was taken away while rooms of it remain."""
    return _kinds[slug]
