"""What the registry already holds from a school's lists: who is known by which code, and what may have to end."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from registry.models import Enrolment, GuardianLink, Person, Role, SchoolClass, Source
from registry.models.record import Status
from registry.sync.sheet.identity import CLASS, Kind, kind_of
from registry.sync.sheet.values import code_key
from registry.text import fold


class StoredEnrolment(NamedTuple):
    """Who is in which class as what."""

    sourced_id: str
    school_class: str
    person: str
    is_primary: bool


@dataclass(slots=True)
class Standing:
    """Live records of one source by their ids; `known` has the ended people too, for they may come back."""

    known: dict[str, str] = field(default_factory=dict)
    live: set[str] = field(default_factory=set)
    by_code: dict[tuple[Kind, str], str] = field(default_factory=dict)
    roles: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    enrolments: list[StoredEnrolment] = field(default_factory=list)
    # Of the school year that is read: by id, the key of the title.
    classes: dict[str, str] = field(default_factory=dict)
    # Of every pupil, guardians with their relation.
    guardians: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    def people(self, kind: Kind) -> Iterator[str]:
        """Live people of a kind."""
        return (each for each in self.live if kind_of(each) is kind)

    def has_codes(self, kind: Kind) -> bool:
        """Whether most live people of this kind came with a code."""
        codes = [bool(self.known[each]) for each in self.people(kind)]
        return sum(codes) * 2 > len(codes)


def standing_of(source: Source, *, year: int) -> Standing:
    """Read in six queries, however many people there are."""
    found = Standing()
    people = Person.objects.filter(source=source).values_list("sourced_id", "status", "identifier")
    for sourced_id, status, identifier in people.order_by("pk").iterator():
        found.known[sourced_id] = identifier
        if status == Status.ACTIVE:
            found.live.add(sourced_id)
        if identifier:
            found.by_code[kind_of(sourced_id), code_key(identifier)] = sourced_id
    roles = Role.objects.filter(source=source, status=Status.ACTIVE)
    for sourced_id, person in roles.values_list("sourced_id", "person__sourced_id").iterator():
        found.roles[person].append(sourced_id)
    enrolments = Enrolment.objects.filter(source=source, status=Status.ACTIVE)
    columns = enrolments.values_list("sourced_id", "school_class__sourced_id", "person__sourced_id", "is_primary")
    found.enrolments = [StoredEnrolment(*each) for each in columns.iterator()]
    classes = SchoolClass.objects.filter(source=source, status=Status.ACTIVE, sourced_id__startswith=f"{CLASS}.{year}.")
    found.classes = {each: fold(title).replace(" ", "") for each, title in classes.values_list("sourced_id", "title")}
    links = GuardianLink.objects.filter(source=source, valid_to=None)
    for student, guardian, relation in links.values_list("student__sourced_id", "guardian__sourced_id", "relation"):
        found.guardians[student][guardian] = relation
    return found
