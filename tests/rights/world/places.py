"""Where each subject knocks: a room of every kind that is about their class, their child or their school."""

import random
from collections.abc import Iterable
from dataclasses import dataclass

from tests.oracle import Room, office_thread, thread
from tests.rights.world.people import GUARDIANS, TEACHERS, Subject
from tests.rights.world.school import guardian, homeroom, pupil, school_of, teacher

PLACES = ("class", "guardians", "thread", "office_thread", "staff", "community")


@dataclass(frozen=True, slots=True)
class Place:
    """A room as one subject comes to it."""

    name: str
    room: Room


@dataclass(frozen=True, slots=True)
class Sides:
    """Between whom a thread is; without a teacher, the office of the school."""

    student: str
    guardian: str
    teacher: str
    org: str


def places_of(subject: Subject) -> list[Place]:
    """One of every name."""
    scene, school = subject.scene, school_of(subject.scene)
    rooms = {
        "class": Room("class", homeroom(scene)),
        "guardians": Room("guardians", homeroom(scene)),
        "thread": thread(*_sides(subject)),
        "office_thread": office_thread(*_family(subject), school),
        "staff": Room("staff", school),
        "community": Room("community", school),
    }
    return [Place(name, rooms[name]) for name in PLACES]


def sides_of(room: Room) -> Sides:
    """A thread's sides, from its name."""
    return Sides(*room.of.split("|"))


# Who knocks where.
Knocking = dict[Subject, list[Place]]


def everywhere(subjects: Iterable[Subject]) -> Knocking:
    """Everybody at every place."""
    return {subject: places_of(subject) for subject in subjects}


def here_and_there(subjects: Iterable[Subject], seed: int, *, each: int = 2) -> Knocking:
    """Everybody at a few places, by the seed; all of them together at every one."""
    odds = random.Random(seed)
    rounds: list[str] = []
    found: Knocking = {}
    for subject in subjects:
        if len(rounds) < each:
            rounds = odds.sample(PLACES, len(PLACES))
        names, rounds = set(rounds[:each]), rounds[each:]
        found[subject] = [place for place in places_of(subject) if place.name in names]
    return found


def _sides(subject: Subject) -> tuple[str, str, str]:
    """The thread that the subject is in while the registry says so; for whom there is none, the one of the scene."""
    if subject.role == "teacher_with_other_record":
        return subject.child, subject.other_guardian, subject.name
    if subject.role in TEACHERS:
        return pupil(subject.scene), guardian(subject.scene), subject.name
    return *_family(subject), teacher(subject.scene)


def _family(subject: Subject) -> tuple[str, str]:
    if subject.role in GUARDIANS:
        return subject.child, subject.name
    return pupil(subject.scene), guardian(subject.scene)
