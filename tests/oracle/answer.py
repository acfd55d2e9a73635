"""The rights of everybody in every room on one day."""

import datetime as dt

from tests.oracle.denies import Denies
from tests.oracle.guardians import Guardians
from tests.oracle.living import Living
from tests.oracle.rights import NONE, rights_of, rights_of_keeper
from tests.oracle.seating import Seating, Seats
from tests.oracle.tree import Tree
from tests.oracle.world import Room, World

OPEN, ARCHIVED = "open", "archived"


class Answer:
    """All that follows from a world on a day. The world must not change while it is asked."""

    def __init__(self, world: World, day: dt.date) -> None:
        self._world = world
        self._tree = Tree(world, day)
        denies = Denies(world, day, self._tree)
        self._living = Living(world, day, self._tree, denies)
        self._guardians = Guardians(world, self._living, denies, self._tree)
        self._seating = Seating(world, self._tree, self._living, denies, self._guardians)
        self._standing = self._seating.standing()
        self._seats: dict[Room, Seats] = {}
        self._keepers: dict[str, set[str]] = {}

    def rooms(self) -> dict[Room, str]:
        """Every room that ever was or ought to be, and whether it is open."""
        return {room: self.state(room) for room in self._standing | self._world.rooms}

    def state(self, room: Room) -> str:
        """A conversation is open while anybody has a seat in it, every other room while its class or org lives."""
        is_open = bool(self.seats(room)) if room.kind == "thread" else room in self._standing
        return OPEN if is_open else ARCHIVED

    def seats(self, room: Room) -> Seats:
        """Everybody's seat; nobody has one in a room that does not stand."""
        if room not in self._seats:
            stands = room in self._standing or room.kind == "thread"
            self._seats[room] = self._seating.seats(room) if stands else {}
        return self._seats[room]

    def members(self, room: Room) -> Seats:
        """Everybody's seat that is a row: in a community room only once it was opened."""
        seats = self.seats(room)
        if room.kind != "community":
            return seats
        return {person: seat for person, seat in seats.items() if (person, room) in self._world.opened}

    def rights(self, person: str, room: Room) -> frozenset[str]:
        """What this person may do there; nothing for strangers."""
        seats = self.seats(room)
        if person in seats:
            is_talk_open = room in self._world.talk_open
            return rights_of(room.kind, seats[person], is_talk_open=is_talk_open, seats=seats.values())
        if person in self.keepers(room):
            return rights_of_keeper(room.kind)
        return NONE

    def granted(self, room: Room) -> dict[str, frozenset[str]]:
        """Everybody who may do anything there, and what."""
        return {person: self.rights(person, room) for person in {*self.seats(room), *self.keepers(room)}}

    def keepers(self, room: Room) -> set[str]:
        """Who reads an org's room once it is an archive."""
        if room.kind not in {"staff", "community"} or room in self._standing:
            return set()
        if room.of not in self._keepers:
            self._keepers[room.of] = self._seating.keepers(room.of)
        return self._keepers[room.of]

    def listed(self, person: str) -> frozenset[Room]:
        """One's list of rooms: where one has a row, and the community rooms of one's own orgs and of those above them."""
        own = {role.org for role in self._living.roles.get(person, ())}
        near = {Room("community", above) for org in own for above in self._tree.up[org]}
        rooms = self._standing | {room for room in self._world.rooms if room.kind == "thread"}
        return frozenset(
            room for room in rooms if person in self.members(room) or (room in near and person in self.seats(room))
        )

    def guardians(self, student: str) -> set[str]:
        """Whose guardian this student has today."""
        return set(self._guardians.of.get(student, ()))

    def is_guardian(self, guardian: str, student: str) -> bool:
        """Whether the one is the other's guardian today."""
        return guardian in self.guardians(student)

    def people_with_roles(self) -> set[str]:
        """Everybody who is anybody today."""
        return {person for person, roles in self._living.roles.items() if roles}
