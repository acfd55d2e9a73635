"""Everybody in every room: what the database and the real policy say, against the oracle."""

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection, transaction

from registry.models import OrgClosure, Person, Role
from registry.selectors import SENDING_ROLES, heirs_of_each, live_roles, may_speak_for, today
from rooms import listing, policy
from rooms.archives import archives_open_to
from rooms.kinds import KEEPER, Right, RoomKind, kind_named
from rooms.models import Member
from rooms.models import Room as RoomRow
from rooms.seating import statements
from rooms.why import why
from tests.oracle import Answer, Room, office_thread, thread

Rights = dict[str, frozenset[str]]
_EVERYBODY = """
    INSERT INTO rooms_member (room_id, person_id, seat, have_seq, read_seq, is_muted, joined_at)
    SELECT r.id, p.id, '', 0, 0, false, now() FROM rooms_room r CROSS JOIN registry_person p
    WHERE r.kind = 'community' AND r.state = 'open' ON CONFLICT DO NOTHING"""


@dataclass(slots=True)
class Found:
    """What one comparison looked at, and where it differed, in words. Ids only."""

    cells: int = 0
    differences: list[str] = field(default_factory=list)

    def expect(self, what: str, got: object, expected: object) -> None:
        """Note a difference."""
        if got != expected:
            self.differences.append(f"{what}: got {_told(got)}, expected {_told(expected)}")

    def expect_all(self, what: str, got: dict[str, object], expected: dict[str, object]) -> None:
        """Note each person of whom two answers differ."""
        if got != expected:
            for person in sorted({*got, *expected}):
                self.expect(f"{what} {person}", got.get(person), expected.get(person))


class Judge:
    """One look at the database on one day."""

    def __init__(self, answer: Answer, chance: random.Random) -> None:
        self._answer = answer
        self._chance = chance
        self._found = Found()
        self.people = dict(Person.objects.values_list("sourced_id", "pk"))
        self._names = {pk: sourced_id for sourced_id, pk in self.people.items()}
        self.rooms = {pk: (room, row) for pk, room, row in _rooms()}
        self._members: dict[int, dict[str, str]] = defaultdict(dict)
        for room, person, seat in Member.objects.values_list("room", "person", "seat"):
            self._members[room][self._names[person]] = seat
        self._keepers = self._keepers_by_org()

    def compare(self) -> Found:
        """Rooms and their state, rows, rights and lists of all people; and a sample through the doors of one person."""
        self._compare_rooms()
        by_rule = self._seats_by_rule()
        for pk, (room, row) in self.rooms.items():
            self._found.cells += len(self.people)
            self._found.expect_all(f"row in {_room(room)}", self._members.get(pk, {}), self._answer.members(room))
            self._found.expect_all(
                f"rights in {_room(room)}", self._rights(pk, row, by_rule), self._answer.granted(room)
            )
        self._compare_lists(by_rule)
        self._sample()
        return self._found

    def _compare_rooms(self) -> None:
        expected = {_room(room): state for room, state in self._answer.rooms().items()}
        self._found.expect_all("state of", {_room(room): row.state for room, row in self.rooms.values()}, expected)

    # -- Everybody at once: the real kinds and the real policy on real rows -----------------------------------------

    def _seats_by_rule(self) -> dict[int, dict[str, str]]:
        """Everybody's seat in every open community room, by the rule itself: as if all had opened all of them."""
        found: dict[int, dict[str, str]] = defaultdict(dict)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_EVERYBODY)
            for seat, sql, params in statements(kind_named("community"), None, today()):
                cursor.execute(sql, params)
                for room, person in cursor.fetchall():
                    found[room].setdefault(self._names[person], seat)
            transaction.set_rollback(True)
        return found

    def _rights(self, pk: int, row: RoomRow, by_rule: dict[int, dict[str, str]]) -> Rights:
        kind = kind_named(row.kind)
        members = self._members.get(pk, {})
        seats = by_rule.get(pk, {}) | members if kind.is_by_rule else members
        if row.state != "open" and kind.is_kept_for_heirs:
            seats = seats | dict.fromkeys(self._keepers[row.org_id], KEEPER)
        taken = set(members.values())
        of_seat = {seat: self._of_seat(kind, seat, row, taken) for seat in set(seats.values())}
        return {person: of_seat[seat] for person, seat in seats.items() if of_seat[seat]}

    def _of_seat(self, kind: RoomKind, seat: str, row: RoomRow, taken: set[str]) -> frozenset[str]:
        rights = kind.rights(seat, row)
        present = kind.accompanied.get(seat) in taken
        return frozenset(policy.accompanied(kind, seat, row, rights, present=present).names())

    def _keepers_by_org(self) -> dict[int, list[str]]:
        """Who reads the archives of each org that has ended; asked of all at once, for it is half of a step one by one."""
        rows = [row for _room, row in self.rooms.values()]
        ended = {row.org_id for row in rows if row.state != "open" and kind_named(row.kind).is_kept_for_heirs}
        heirs = heirs_of_each(ended)
        # Nobody else is asked about: without any such role may_speak_for() has nothing to begin with.
        seated = set(Role.objects.filter(role__in=SENDING_ROLES).values_list("person", flat=True))
        reached = {person: may_speak_for(person, set().union(*heirs.values())) for person in seated}
        return {
            org: [self._names[person] for person, reach in reached.items() if reach & after]
            for org, after in heirs.items()
        }

    def _compare_lists(self, by_rule: dict[int, dict[str, str]]) -> None:
        near = self._near()
        listed: dict[str, set[Room]] = defaultdict(set)
        for pk, (room, row) in self.rooms.items():
            if row.state == "open":
                seated = set(self._members.get(pk, {}))
                seated |= {person for person in by_rule.get(pk, {}) if row.org_id in near.get(person, ())}
                for person in seated:
                    listed[person].add(room)
        for person in self.people:
            self._found.expect(
                f"list of {person}", _rooms_told(listed[person]), _rooms_told(self._answer.listed(person))
            )

    def _near(self) -> dict[str, set[int]]:
        above: dict[int, set[int]] = defaultdict(set)
        for ancestor, descendant in OrgClosure.objects.values_list("ancestor", "descendant"):
            above[descendant].add(ancestor)
        found: dict[str, set[int]] = defaultdict(set)
        for person, org in live_roles().values_list("person", "org"):
            found[self._names[person]] |= above[org]
        return found

    # -- Some, one by one, through what a request asks ---------------------------------------------------------------

    def _sample(self) -> None:
        """Each answer of these is a dozen statements, so that a step has one at most."""
        if not self.rooms:
            return
        name, pk = self._chance.choice(sorted(self.people)), self._chance.choice(sorted(self.rooms))
        asked = self._chance.random()
        if asked < 0.5:
            self._ask_policy(name, pk)
        elif asked < 0.6:
            self._ask_list(name)
        elif asked < 0.65:
            self._ask_why(name, pk)

    def _ask_policy(self, name: str, pk: int) -> None:
        person, room = Person.objects.get(pk=self.people[name]), self.rooms[pk][0]
        for right in self._chance.sample(list(Right), 1 if self._chance.random() < 0.9 else 4):
            expected = str(right.name).lower() in self._answer.rights(name, room)
            self._found.expect(f"can {name} {right.name} in {_room(room)}", policy.can(person, right, pk), expected)

    def _ask_list(self, name: str) -> None:
        person = Person.objects.get(pk=self.people[name])
        found = {self.rooms[each["id"]][0]: frozenset(each["can"]) for each in listing.rooms_for(person)}
        self._found.expect(f"rooms_for {name}", _rooms_told(found.keys()), _rooms_told(self._answer.listed(name)))
        archive, _complete = archives_open_to(person)
        kept = {room for room in self._answer.rooms() if name in self._answer.keepers(room)}
        self._found.expect(
            f"archives of {name}", _rooms_told(self.rooms[each.pk][0] for each in archive), _rooms_told(kept)
        )
        for room, rights in found.items():
            self._found.expect(f"rooms_for {name} in {_room(room)}", rights, self._answer.rights(name, room))

    def _ask_why(self, name: str, pk: int) -> None:
        """A seat has causes, and they give that seat; nobody else has any."""
        room = self.rooms[pk][0]
        told = why(Person.objects.get(pk=self.people[name]), RoomRow.objects.get(pk=pk))
        self._found.expect(
            f"why {name} in {_room(room)}", frozenset(told.rights.names()), self._answer.rights(name, room)
        )
        seats = {each.seat for each in told.causes}
        self._found.expect(f"causes of {name} in {_room(room)}", told.seat in seats, bool(told.seat))
        self._found.expect(f"causes of nothing of {name} in {_room(room)}", bool(seats), bool(told.seat))


def _rooms() -> list[tuple[int, Room, RoomRow]]:
    rows = RoomRow.objects.select_related("org", "school_class", "student", "guardian", "teacher")
    return [(row.pk, called(row), row) for row in rows]


def called(row: RoomRow) -> Room:
    """The room by what it is for."""
    if row.kind == "thread":
        assert row.student is not None
        assert row.guardian is not None
        sides = row.student.sourced_id, row.guardian.sourced_id
        return thread(*sides, row.teacher.sourced_id) if row.teacher else office_thread(*sides, row.org.sourced_id)
    return Room(row.kind, row.school_class.sourced_id if row.school_class else row.org.sourced_id)


def _room(room: Room) -> str:
    return f"{room.kind} {room.of}"


def _rooms_told(rooms: Iterable[Room]) -> list[str]:
    return sorted(map(_room, rooms))


def _order(name: str) -> int:
    return ("read", "post", "moderate", "open_talk").index(name)


def _told(value: object) -> str:
    return f"[{', '.join(sorted(map(str, value)))}]" if isinstance(value, (set, frozenset, list)) else str(value)
