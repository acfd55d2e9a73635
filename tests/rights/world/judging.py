"""What was answered against what is right, and what is in the database afterwards against who might have put it there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rooms.models import Member, Message
from rooms.models import Room as RoomRow
from tests.oracle import Answer, Room
from tests.rights.world import deeds, school
from tests.rights.world.asking import Cell, Found
from tests.rights.world.building import World
from tests.rights.world.deeds import Deed, View
from tests.rights.world.people import Subject
from tests.rights.world.places import Place, sides_of


@dataclass(slots=True)
class Judge:
    """Knows the world, the oracle's answer, and who is to speak where."""

    world: World
    answer: Answer
    speakers: dict[Room, str] = field(default_factory=dict)
    _views: dict[tuple[Subject, str], View] = field(default_factory=dict)
    _somebody: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._somebody = self.answer.people_with_roles()
        self.speakers = dict(self._choose_speakers())
        self._views = {(subject, place.name): self._view(subject, place) for subject, place in self.world.places()}

    def cells(self, of: Iterable[Deed] = deeds.DEEDS) -> Iterator[Cell]:
        """All there are, with these deeds."""
        wanted = set(of)
        for subject, place in self.world.places():
            for deed in deeds.DEEDS:
                if deed in wanted and _is_asked(subject, place, deed):
                    yield subject, place.name, deed

    def due(self, cell: Cell) -> str:
        """What the door must answer."""
        subject, place, deed = cell
        if deed is deeds.PUSH and subject.account != "active":
            # No browser of theirs is signed in any more, and with it went its address.
            return deeds.NOTHING
        return deed.expected(self._views[subject, place])

    def _view(self, subject: Subject, place: Place) -> View:
        rights = self.answer.rights(subject.name, place.room)
        seat = self.answer.seats(place.room).get(subject.name, "")
        return View(
            kind=place.room.kind,
            rights=rights,
            seat=seat or ("keeper" if rights else ""),
            is_open=self.answer.state(place.room) == "open",
            is_admitted=subject.is_admitted and subject.name in self._somebody,
            is_above=self._speaks_for(subject.name, school.school_of(subject.scene)),
            is_far_above=place.room.kind == "community"
            and school.org_of(subject) in {school.COMMUNE, school.DEPARTMENT},
            is_alive=place.room in self.speakers,
        )

    def _speaks_for(self, person: str, org: str) -> bool:
        """Who may send notices to the school; once it has ended, who answers for it."""
        community = Room("community", org)
        if self.answer.state(community) == "open":
            return self.answer.seats(community).get(person) == "sender"
        return person in self.answer.keepers(community)

    def _choose_speakers(self) -> Iterator[tuple[Room, str]]:
        """For each room somebody who is there whatever the ties say, where anybody of them may write."""
        asking = {subject.name for subject in self.world.subjects}
        for subject, place in self.world.places():
            there = [school.teacher(subject.scene), school.head(school.school_of(subject.scene)), school.HEAD_OF_ALL]
            if place.room.kind == "thread":
                there.append(sides_of(place.room).guardian)
            for name in there:
                if name not in asking and "post" in self.answer.rights(name, place.room):
                    yield place.room, name
                    break

    # -- Afterwards -----------------------------------------------------------------------------------------------------

    def differences(self, found: Found, of: Iterable[Deed] = deeds.DEEDS) -> list[str]:
        """Each in a sentence."""
        told = [
            self._sentence(cell, due, found.answers.get(cell, "no answer"))
            for cell in self.cells(of)
            if (due := self.due(cell)) != found.answers.get(cell)
        ]
        told += [f"{self._where(cell)}: the refusal tells that the room exists" for cell in found.told_apart]
        return told + list(self._overheard(found))

    def _sentence(self, cell: Cell, due: str, got: str) -> str:
        return f"{self._where(cell)}: due is {due!r}, got {got!r}"

    def _where(self, cell: Cell) -> str:
        subject, name, deed = cell
        room = next(place.room for place in self.world.knocking[subject] if place.name == name)
        ids = f"person {self.world.people.get(subject.name, '-')}, room {self.world.rooms[room]}"
        who = f"{subject.role} ({subject.tie}, deny {subject.deny}, account {subject.account})"
        return f"{who} in {name}, {deed.name} [{ids}]"

    def _overheard(self, found: Found) -> Iterator[str]:
        """Nobody's socket is told anything of rooms that are not theirs, wherever those are."""
        names = {pk: room for room, pk in self.world.rooms.items()}
        for subject, rooms in found.heard.items():
            for pk in rooms:
                if not self.answer.rights(subject.name, names[pk]) or self.answer.state(names[pk]) != "open":
                    yield f"{subject.name} heard of room {pk} ({names[pk].kind}), which is not theirs"

    def traces(self) -> list[str]:
        """What stands in the database and could not, if every refused deed had changed nothing."""
        people = {pk: name for name, pk in self.world.people.items()}
        rooms = {pk: room for room, pk in self.world.rooms.items()}
        return [*self._members(people, rooms), *self._messages(people, rooms), *self._talk(rooms)]

    def _members(self, people: dict[int, str], rooms: dict[int, Room]) -> Iterator[str]:
        rows = dict[tuple[int, int], str]()
        for room, person, seat in Member.objects.values_list("room", "person", "seat"):
            rows[room, person] = seat
            if self.answer.seats(rooms[room]).get(people[person]) != seat:
                yield f"person {person} ({people[person]}) has a row as {seat} in room {room} ({rooms[room]})"
        for pk, room in rooms.items():
            if room.kind != "community":
                for name, seat in self.answer.seats(room).items():
                    if (pk, self.world.people[name]) not in rows:
                        yield f"{name} has no row as {seat} in room {pk} ({room})"

    def _messages(self, people: dict[int, str], rooms: dict[int, Room]) -> Iterator[str]:
        last = self.world.last_seq
        for message in Message.objects.all():
            room, author = rooms[message.room_id], people[message.author_id]
            rights = self.answer.rights(author, room)
            what = f"message {message.seq} of room {message.room_id} ({room})"
            if message.seq > last[message.room_id] and "post" not in rights:
                yield f"{author} wrote {what} without the right"
            if message.edited_at and "post" not in rights:
                yield f"{author} changed {what} without the right"
            if message.body == deeds.NOT_MINE:
                yield f"somebody changed {what} of another"
            if message.removed_at and message.removed_by_id:
                remover = people[message.removed_by_id]
                wanted = "read" if remover == author else "moderate"
                if wanted not in self.answer.rights(remover, room):
                    yield f"{remover} took back {what} without the right"

    def _talk(self, rooms: dict[int, Room]) -> Iterator[str]:
        """Whoever might open it left it as it was."""
        found = {rooms[pk] for pk in RoomRow.objects.filter(is_talk_open=True).values_list("pk", flat=True)}
        for room in found ^ set(self.world.talk_open):
            yield f"the talk of room {self.world.rooms[room]} ({room}) was opened or closed"


def _is_asked(subject: Subject, place: Place, deed: Deed) -> bool:
    if deed.in_threads and place.room.kind != "thread":
        return False
    # Of nobody there is nothing to explain.
    return not (deed in {deeds.WHY, deeds.WHY_ALL} and subject.role == "nobody")
