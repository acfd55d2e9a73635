"""What an import changed, in the words that those who derive rights need."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class AccessChange:
    """Ids of what may now read differently. `everything` on a first load, where naming each would only repeat the tables.

    `people`: of whom anything changed that gives or takes rights, be it a role, an enrolment, a link or a deny; those it was
    of and those it is of. `classes` and `orgs`: that changed themselves, and with them what everybody in them may read.
    """

    people: set[int] = field(default_factory=set)
    classes: set[int] = field(default_factory=set)
    orgs: set[int] = field(default_factory=set)
    everything: bool = False

    def __bool__(self) -> bool:
        return self.everything or bool(self.people or self.classes or self.orgs)
