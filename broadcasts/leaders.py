"""Who answers for a unit: its head, those who stand in for the head, and its office."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from broadcasts.ledger.policy import OF_A_SCHOOL
from registry.lists import these
from registry.models import Person
from registry.selectors import live_roles

OF_THE_OFFICE = "siteAdministrator"
# Conditions on a role: by it somebody leads their org, or answers for it in one of the ways that Leaders names.
LEADS = Q(role="principal", org__type__in=OF_A_SCHOOL) | (
    Q(role="districtAdministrator") & ~Q(org__type__in=OF_A_SCHOOL)
)
ANSWERS_FOR_IT = LEADS | Q(role=OF_THE_OFFICE)


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


def leaders_of(unit_ids: Collection[int]) -> dict[int, Leaders]:
    """The leaders of each of these units by the registry of today, in one statement however many they are. A school is led
    by its principals, an office above schools by its leading officers; the owner is the first of them (a primary role
    before others, then the lowest id)."""
    heads: dict[int, list[Person]] = defaultdict(list)
    office: dict[int, list[Person]] = defaultdict(list)
    held = live_roles().filter(ANSWERS_FOR_IT, org__in=these(unit_ids)).select_related("person")
    for role in held.order_by("org", "-is_primary", "person", "pk"):
        kept = office if role.role == OF_THE_OFFICE else heads
        kept[role.org_id].append(role.person)
    return {unit: _leaders(heads[unit], office[unit]) for unit in unit_ids}


def _leaders(heads: list[Person], office: list[Person]) -> Leaders:
    """Each person once: who leads and keeps the office too is named as who leads."""
    leading = list(dict.fromkeys(heads))
    kept = tuple(person for person in dict.fromkeys(office) if person not in leading)
    return Leaders(leading[0] if leading else None, tuple(leading[1:]), kept)
