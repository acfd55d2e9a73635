"""What people do on the server between two packages: conversations, rooms opened, denies, records joined, days."""

import datetime as dt
import random
import uuid
from collections.abc import Callable

from chatserver.upkeep import tidy
from realtime.errors import Refusal
from registry import overrides
from registry.changes import AccessChange
from registry.models import Account, LocalOverride, Org, Person, PersonLink
from registry.signals import access_changed
from rooms import actions
from rooms.models import Room as RoomRow
from rooms.threads import Sides, start_thread
from tests.oracle import Answer, Deny, Room, World, thread
from tests.rights.machine.clock import Clock
from tests.rights.machine.judge import called
from tests.rights.machine.town import OFFICER

MOST_THREADS = 60


class Acts:
    """Each act is done for real, is expected to come out as the oracle says, and is then noted in the world. Returns what
    was done in words; an unexpected outcome is added to `surprises`."""

    def __init__(self, world: World, clock: Clock) -> None:
        self._world = world
        self._clock = clock
        self._denies: dict[str, int] = {}
        self.surprises: list[str] = []

    def any(self, chance: random.Random, answer: Answer) -> str:
        """One act by chance."""
        acts: list[tuple[Callable[[random.Random, Answer], str], int]] = [
            (self.thread, 8), (self.open, 5), (self.talk, 4), (self.deny, 5), (self.end_deny, 4), (self.join, 1),
            (self.part, 1), (self.days, 5),
        ]  # fmt: skip
        functions, weights = zip(*acts, strict=True)
        return str(chance.choices(functions, weights)[0](chance, answer))

    def thread(self, chance: random.Random, answer: Answer) -> str:
        """A conversation is begun, by one of its sides, or by somebody else."""
        student, guardian, teacher = self._sides(chance)
        author = chance.choice((guardian, guardian, teacher, teacher, chance.choice(sorted(self._world.people))))
        room = thread(student, guardian, teacher)
        if not self._may_begin(room):
            return "enough conversations"
        expected = "post" in answer.rights(author, room) and guardian != teacher
        made = self._begin(author, student, guardian, teacher)
        if (made is not None) != expected:
            self.surprises.append(f"{author} begins {room.of}: got {made is not None}, expected {expected}")
        if made is not None:
            self._world.rooms.add(called(made))
        if chance.random() < 0.3:
            return (
                f"{author} begins {room.of}: {made is not None}; {self._with_office(chance, answer, student, guardian)}"
            )
        return f"{author} begins {room.of}: {made is not None}"

    def _with_office(self, chance: random.Random, answer: Answer, student: str, guardian: str) -> str:
        made = self._begin(guardian, student, guardian, None)
        room = called(made) if made is not None else None
        is_theirs = answer.is_guardian(guardian, student)
        if (room is not None) != is_theirs or (room is not None and "post" not in answer.rights(guardian, room)):
            self.surprises.append(f"{guardian} writes to the office about {student}: got {room}, expected {is_theirs}")
        if room is not None:
            self._world.rooms.add(room)
        return f"{guardian} writes to the office about {student}: {room is not None}"

    def _sides(self, chance: random.Random) -> tuple[str, str, str]:
        people = sorted(self._world.people)
        pairs = sorted({(each.speaker, each.about) for each in self._world.says})
        one, other = chance.choice(pairs) if pairs and chance.random() < 0.9 else chance.sample(people, 2)
        is_student = any(it.person == one and it.role == "student" for it in self._world.enrolments.values())
        student, guardian = (one, other) if is_student else (other, one)
        classes = {it.school_class for it in self._world.enrolments.values() if it.person == student}
        teachers = sorted(
            {it.person for it in self._world.enrolments.values() if it.school_class in classes and it.person != student}
        )
        return student, guardian, chance.choice(teachers if teachers and chance.random() < 0.9 else people)

    def _may_begin(self, room: Room) -> bool:
        return room in self._world.rooms or sum(each.kind == "thread" for each in self._world.rooms) < MOST_THREADS

    def _begin(self, author: str, student: str, guardian: str, teacher: str | None) -> RoomRow | None:
        pk = _pks(author, student, guardian, *([teacher] if teacher else []))
        sides = Sides(pk[student], pk[guardian], pk[teacher] if teacher else None)
        person = Person.objects.get(pk=pk[author])
        try:
            return start_thread(person, sides, body="Chào cô ạ", client_message_id=uuid.uuid4())[0]
        except Refusal:
            return None

    def open(self, chance: random.Random, answer: Answer) -> str:
        """Somebody opens a community room, or tries to."""
        room = self._some_room(chance, "community")
        seats = sorted(answer.seats(room))
        person = chance.choice(seats if seats and chance.random() < 0.8 else sorted(self._world.people))
        try:
            actions.open_room(Person.objects.get(sourced_id=person), self._pk_of(room))
            is_opened = True
        except Refusal:
            is_opened = False
        if is_opened != bool(answer.rights(person, room)):
            self.surprises.append(f"{person} opens {room.of}: got {is_opened}, expected {not is_opened}")
        if person in answer.seats(room):
            self._world.opened.add((person, room))
        return f"{person} opens the community room of {room.of}: {is_opened}"

    def talk(self, chance: random.Random, answer: Answer) -> str:
        """Somebody opens or closes the talk of a room, or tries to."""
        room = self._some_room(chance, chance.choice(("class", "community")))
        seats = sorted(answer.seats(room))
        person = chance.choice(seats if seats and chance.random() < 0.8 else sorted(self._world.people))
        is_open = chance.random() < 0.7
        expected = "open_talk" in answer.rights(person, room)
        try:
            actions.set_talk_open(Person.objects.get(sourced_id=person), self._pk_of(room), is_talk_open=is_open)
            is_done = True
        except Refusal:
            is_done = False
        if is_done != expected:
            self.surprises.append(f"{person} switches the talk of {room}: got {is_done}, expected {expected}")
        if is_done:
            (self._world.talk_open.add if is_open else self._world.talk_open.discard)(room)
            if room.kind == "community":
                self._world.opened.add((person, room))
        return f"{person} switches the talk of {room.kind} {room.of} {is_open}: {is_done}"

    def deny(self, chance: random.Random, answer: Answer) -> str:
        """The officer denies somebody: for a child, in an org, or everywhere."""
        person, student, org = self._whom(chance)
        until = self._clock.day + dt.timedelta(days=chance.choice((1, 2, 9))) if chance.random() < 0.5 else None
        account, _new = Account.objects.get_or_create(
            username=OFFICER, defaults={"person": Person.objects.get(sourced_id=OFFICER)}
        )
        try:
            made = overrides.deny(
                Person.objects.get(sourced_id=person), by=account, reason="Quyết định số 12",
                student=Person.objects.get(sourced_id=student) if student else None,
                org=Org.objects.get(sourced_id=org) if org else None,
                until=until, review_on=None if until else self._clock.day + dt.timedelta(days=90),
            )  # fmt: skip
        except (overrides.NotYours, overrides.ConcernsYou):
            return f"{person} cannot be denied for {student or org or 'everything'}"
        name = f"d{made.pk}"
        self._denies[name] = made.pk
        self._world.denies[name] = Deny(person, student, org, until)
        return f"{person} is denied for {student or org or 'everything'} until {until}"

    def _whom(self, chance: random.Random) -> tuple[str, str, str]:
        people = sorted(set(self._world.people) - {OFFICER})
        pairs = sorted({(each.speaker, each.about) for each in self._world.says})
        what = chance.random()
        if what < 0.6 and pairs:
            one, other = chance.choice(pairs)
            is_student = any(role.person == one and role.role == "student" for role in self._world.roles.values())
            student, person = (one, other) if is_student else (other, one)
            return person, student, ""
        live = sorted(each for each, org in self._world.orgs.items() if not org.is_deleted)
        return chance.choice(people), "", chance.choice(live) if what < 0.9 else ""

    def end_deny(self, chance: random.Random, answer: Answer) -> str:
        """The officer ends a deny."""
        standing = sorted(name for name, deny in self._world.denies.items() if not deny.is_ended)
        if not standing:
            return "no deny stands"
        name = chance.choice(standing)
        try:
            overrides.end(
                LocalOverride.objects.get(pk=self._denies[name]),
                by=Account.objects.get(username=OFFICER),
                reason="Xong",
            )
        except overrides.NotYours:
            return f"{name} cannot be ended"
        deny = self._world.denies[name]
        self._world.denies[name] = Deny(deny.person, deny.student, deny.org, deny.until, is_ended=True)
        return f"the deny of {deny.person} for {deny.student or deny.org or 'everything'} is ended"

    def join(self, chance: random.Random, answer: Answer) -> str:
        """Two records are found to be one human's."""
        linked = set().union(*self._world.same)
        free = sorted(set(self._world.people) - linked - {OFFICER})
        if len(free) < 2 or len(self._world.same) > 5:
            return "nobody to join"
        one, other = chance.sample(free, 2)
        pk = _pks(one, other)
        PersonLink.objects.create(one_id=pk[one], other_id=pk[other], how="confirmed")
        self._world.same.add(frozenset({one, other}))
        _tell(set(pk.values()))
        return f"{one} and {other} are one human"

    def part(self, chance: random.Random, answer: Answer) -> str:
        """They were not."""
        if not self._world.same:
            return "nobody to part"
        pair = chance.choice(sorted(self._world.same, key=sorted))
        pks = set(_pks(*pair).values())
        PersonLink.objects.filter(one__in=pks, other__in=pks).delete()
        self._world.same.discard(pair)
        _tell(pks)
        return f"{sorted(pair)} are two humans"

    def days(self, chance: random.Random, answer: Answer) -> str:
        """Days pass; after midnight every server does its daily round."""
        self._clock.to_midnight(chance.choice((1, 1, 1, 2, 8)))
        tidy()
        return f"it is {self._clock.day}"

    def _some_room(self, chance: random.Random, kind: str) -> Room:
        return chance.choice(sorted(room for room in self._world.rooms if room.kind == kind))

    def _pk_of(self, room: Room) -> int:
        owner = "school_class__sourced_id" if room.kind == "class" else "org__sourced_id"
        return RoomRow.objects.get(kind=room.kind, **{owner: room.of}).pk


def _pks(*people: str) -> dict[str, int]:
    return dict(Person.objects.filter(sourced_id__in=people).values_list("sourced_id", "pk"))


def _tell(people: set[int]) -> None:
    access_changed.send(sender=PersonLink, change=AccessChange(people=people))
