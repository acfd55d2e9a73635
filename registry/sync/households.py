"""Households: pupils who share a guardian, with those guardians. For counting; grants nothing."""

from collections.abc import Iterable, Iterator

from registry.models import GuardianLink, Person, Role, Source
from registry.models.record import Status
from registry.sync.known import CHUNK
from registry.sync.loading import set_column


class Parts:
    """The connected parts of a graph, found as its edges are named (union-find with path halving)."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def add(self, each: int) -> None:
        """Name someone who may stay alone."""
        self._above.setdefault(each, each)

    def join(self, one: int, other: int) -> None:
        """Two who belong together, and everybody joined to either. The smallest number names the part."""
        one, other = self._top(one), self._top(other)
        self._above[max(one, other)] = min(one, other)

    def numbers(self) -> Iterator[tuple[int, int]]:
        """Everybody named, with the number of their part."""
        return ((each, self._top(each)) for each in list(self._above))

    def _top(self, each: int) -> int:
        self.add(each)
        while (above := self._above[each]) != each:
            self._above[each] = self._above[above]
            each = above
        return each


def households(links: Iterable[tuple[int, int, bool]], students: Iterable[int]) -> dict[int, int]:
    """A number a person: of the links (guardian, student, separate), those that are separate join nobody."""
    parts = Parts()
    for student in students:
        parts.add(student)
    for guardian, student, separate in links:
        parts.add(guardian)
        if not separate:
            parts.join(guardian, student)
    return dict(parts.numbers())


def rebuild_households(source: Source) -> int:
    """Make Person.household what the links say; returns how many people moved. Must run in the sync's transaction."""
    links = GuardianLink.objects.filter(source=source, state=GuardianLink.State.ACTIVE, valid_to=None)
    students = Role.objects.filter(source=source, status=Status.ACTIVE, role="student")
    wanted = households(
        links.values_list("guardian_id", "student_id", "separate").iterator(CHUNK),
        students.values_list("person_id", flat=True).iterator(CHUNK),
    )
    standing = Person.objects.filter(source=source).values_list("pk", "household").iterator(CHUNK)
    moved = [(pk, wanted.get(pk)) for pk, household in standing if wanted.get(pk) != household]
    return set_column(Person, "household", moved) if moved else 0
