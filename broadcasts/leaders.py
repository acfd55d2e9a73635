"""Who answers for a unit: its head, those who stand in for the head, and its office."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from broadcasts.ledger.policy import OF_A_SCHOOL
from registry.lists import these
from registry.models import Person, Role
from registry.selectors import live_roles

OF_THE_OFFICE = "siteAdministrator"


@dataclass(frozen=True, slots=True)
class Leaders:
    """The people who answer for a unit today; `owner` is None where nobody leads it."""

    owner: Person | None = None
    deputies: tuple[Person, ...] = ()
    office: tuple[Person, ...] = ()

    @property
    def everybody(self) -> tuple[Person, ...]:
        """All of them, the head first, each once."""
        head = (self.owner,) if self.owner else ()
        return tuple({one.pk: one for one in (*head, *self.deputies, *self.office)}.values())


NOBODY = Leaders()


def leading_role(org_type: str) -> str:
    """The role by which somebody leads an org of this type: of a school and what is inside one its principals, of every
    office above schools its leading officers."""
    return Role.Name.PRINCIPAL if org_type in OF_A_SCHOOL else Role.Name.DISTRICT_ADMINISTRATOR


def leaders_of(unit_ids: Collection[int]) -> dict[int, Leaders]:
    """The leaders of each of these units by the registry of today, in one statement however many they are. The owner is who
    leads the unit first of all (a primary role before others, then the lowest id)."""
    heads: dict[int, list[Person]] = defaultdict(list)
    office: dict[int, list[Person]] = defaultdict(list)
    wanted = {Role.Name.PRINCIPAL, Role.Name.DISTRICT_ADMINISTRATOR, OF_THE_OFFICE}
    held = live_roles().filter(org__in=these(unit_ids), role__in=wanted).select_related("org", "person")
    for role in held.order_by("org", "-is_primary", "person", "pk"):
        if role.role == leading_role(role.org.type):
            heads[role.org_id].append(role.person)
        elif role.role == OF_THE_OFFICE:
            office[role.org_id].append(role.person)
    return {unit: _leaders(heads[unit], office[unit]) for unit in unit_ids}


def _leaders(heads: list[Person], office: list[Person]) -> Leaders:
    """Each person once: who leads and keeps the office too is named as who leads."""
    leading = list(dict.fromkeys(heads))
    kept = tuple(person for person in dict.fromkeys(office) if person not in leading)
    return Leaders(leading[0] if leading else None, tuple(leading[1:]), kept)
