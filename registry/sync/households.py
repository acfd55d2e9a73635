"""Households: pupils who share a guardian, with those guardians. For counting; grants nothing."""

from collections.abc import Collection, Iterable, Iterator

from django.db.models import QuerySet

from registry.denies import cut
from registry.lists import these
from registry.models import GuardianLink, Person, Role, Source
from registry.models.record import Status
from registry.selectors import today
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


def rebuild_households(source: Source, people: Collection[int] | None = None) -> int:
    """Make Person.household what the links say; returns how many people moved. Must run in the sync's transaction.

    `people` are those whose links, roles or records changed: only the households that they were in or come into are
    looked at. Without them, all of the source's.
    """
    links = _links(source).annotate(is_cut=cut(today()))
    students = Role.objects.filter(source=source, status=Status.ACTIVE, role="student")
    persons = Person.objects.filter(source=source)
    if people is not None:
        near = these(_families(source, people))
        links, students, persons = (
            links.filter(guardian__in=near),
            students.filter(person__in=near),
            persons.filter(pk__in=near),
        )
    wanted = households(
        links.values_list("guardian_id", "student_id", "is_cut").iterator(CHUNK),
        students.values_list("person_id", flat=True).iterator(CHUNK),
    )
    standing = persons.values_list("pk", "household").iterator(CHUNK)
    moved = [(pk, wanted.get(pk)) for pk, household in standing if wanted.get(pk) != household]
    return set_column(Person, "household", moved) if moved else 0


def _links(source: Source) -> QuerySet[GuardianLink]:
    return GuardianLink.objects.filter(source=source, state=GuardianLink.State.ACTIVE, valid_to=None)


def _families(source: Source, people: Collection[int]) -> set[int]:
    """These people, everybody in their households, and everybody linked to any of them."""
    found = set(people)
    while True:
        near = Person.objects.filter(pk__in=these(found)).values_list("household", flat=True)
        numbers = {number for number in near if number is not None}
        wider = found | set(
            Person.objects.filter(source=source, household__in=these(numbers)).values_list("pk", flat=True)
        )
        for side in ("guardian", "student"):
            links = _links(source).filter(**{f"{side}__in": these(wider)})
            wider = wider.union(*links.values_list("guardian_id", "student_id"))
        if wider == found:
            return found
        found = wider
