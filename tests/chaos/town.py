"""The school under chaos: who is what, and who may therefore see which room, computed from these facts alone.

Imports nothing of the application. The registrar writes the facts into the registry; the checker compares what people
were shown with what follows from them here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

CLASSES = 20
PUPILS = 3


@dataclass(frozen=True, slots=True)
class Fact:
    """Somebody teaches a class, learns in it, or is the guardian of a pupil (`of` a class or a person, by name)."""

    kind: str
    person: str
    of: str


@dataclass(slots=True)
class Town:
    """All people by name, and the facts that hold or may hold."""

    teachers: list[str] = field(default_factory=list)
    pupils: list[str] = field(default_factory=list)
    guardians: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)

    def people(self) -> list[str]:
        """Everybody."""
        return [*self.teachers, *self.pupils, *self.guardians]

    def changeable(self) -> list[Fact]:
        """Facts that end and come back: all but each class's homeroom teacher, so that somebody always goes on writing."""
        return [fact for fact in self.facts if not fact.person.startswith("homeroom")]


def build_town(classes: int = CLASSES) -> Town:
    """Two rooms a class; a homeroom teacher, a subject teacher who also teaches the next class, pupils and guardians."""
    town = Town(classes=[f"c{number}" for number in range(classes)])
    for number, name in enumerate(town.classes):
        following = town.classes[(number + 1) % classes]
        homeroom, subject = f"homeroom-{name}", f"subject-{name}"
        town.teachers += [homeroom, subject]
        town.facts += [
            Fact("teacher", homeroom, name),
            Fact("teacher", subject, name),
            Fact("teacher", subject, following),
        ]
        for place in range(PUPILS):
            pupil, guardian = f"pupil-{name}-{place}", f"guardian-{name}-{place}"
            town.pupils.append(pupil)
            town.guardians.append(guardian)
            town.facts += [Fact("pupil", pupil, name), Fact("guardian", guardian, pupil)]
    return town


def seats(facts: Iterable[Fact]) -> set[tuple[str, str, str]]:
    """(person, class, "class" or "guardians") of everybody who may be in a room while exactly these facts hold."""
    held = set(facts)
    class_of = {fact.person: fact.of for fact in held if fact.kind == "pupil"}
    found: set[tuple[str, str, str]] = set()
    for fact in held:
        if fact.kind == "teacher":
            found |= {(fact.person, fact.of, "class"), (fact.person, fact.of, "guardians")}
        elif fact.kind == "pupil":
            found.add((fact.person, fact.of, "class"))
        elif fact.of in class_of:
            found.add((fact.person, class_of[fact.of], "guardians"))
    return found
