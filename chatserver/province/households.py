"""Households of a district: children seated in classes, and the adults who answer for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from .identity import Identities
from .names import FEMALE, MALE, FullName, Namer
from .names.weighted import Weighted
from .people import Guardianship, Person, Pupil
from .profiles import Profile
from .school_year import SchoolYear
from .story import KnownFamily, Seat
from .tree import School, SchoolClass

# Who answers for the children, by weight. "apart" marks parents who do not live together. Where only
# grandparents are listed, the parents work in another province.
PATTERNS: Weighted[tuple[str, ...]] = Weighted(
    [
        (("mother", "father"), 67.0),
        (("apart", "mother", "father"), 5.0),
        (("mother", "father", "grandmother"), 10.0),
        (("mother", "father", "grandfather"), 2.5),
        (("mother", "grandmother"), 2.0),
        (("mother",), 5.5),
        (("father",), 1.2),
        (("grandmother", "grandfather"), 3.0),
        (("grandmother",), 1.5),
        (("aunt",), 0.7),
        (("uncle",), 0.5),
        (("sibling",), 0.4),
        (("guardian",), 0.7),
    ]
)
WOMEN = {"mother", "grandmother", "aunt"}
MEN = {"father", "grandfather", "uncle"}
# Years between two children; 0 is twins.
GAPS = Weighted(enumerate((2.0, 4.0, 10.0, 11.0, 9.0, 7.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.6)))
MIXED_MARRIAGE = 0.14
STAFF_PARENT = 0.045
SHARED_PHONE, NO_PHONE, NO_PHONE_ELDER = 0.09, 0.02, 0.22
OWN_ROW_TOO = 0.3
# Adults learn beside youngsters at a continuing education centre; nobody answers for them.
ADULT_LEARNERS = 0.45


@dataclass
class Household:
    pupils: list[Pupil]
    guardians: list[Person] = field(default_factory=list)


class Seats:
    """The places of a district's classes, by commune and by year of birth, each taken once."""

    def __init__(self, schools: list[School], communes: list[int], year: SchoolYear, random: Random) -> None:
        self._random = random
        self._pools: dict[int, dict[int, list[SchoolClass]]] = {commune: defaultdict(list) for commune in communes}
        self._year = year
        self._order: list[tuple[int, int]] = []
        for school in schools:
            for each in school.classes:
                self._deal(school, each, communes)
        for pool in self._pools.values():
            for places in pool.values():
                random.shuffle(places)
        random.shuffle(self._order)

    def _deal(self, school: School, each: SchoolClass, communes: list[int]) -> None:
        born = self._year.start - each.grade.age
        for _ in range(each.size):
            # A school under the Sở draws its pupils from the whole district, the others from their commune.
            commune = self._random.choice(communes) if school.level.under_province else school.commune
            self._pools[commune][born].append(each)
            self._order.append((commune, born))

    def take(self, commune: int, born: int) -> SchoolClass | None:
        places = self._pools[commune].get(born)
        return places.pop() if places else None

    def reserve(self, school: str, title: str) -> SchoolClass:
        """One place in a named class, for somebody who must sit there."""
        for pool in self._pools.values():
            for places in pool.values():
                for number, each in enumerate(places):
                    if each.school.sourced_id == school and each.title == title:
                        return places.pop(number)
        raise LookupError(f"no place left in {title} of {school}")

    def firsts(self) -> Iterator[tuple[int, SchoolClass]]:
        """A commune and a place at a time until every place is taken, in a mixed order."""
        for commune, born in self._order:
            place = self.take(commune, born)
            if place:
                yield commune, place


class Families:
    """Makes the households that fill a district's classes."""

    def __init__(
        self, profile: Profile, namer: Namer, identities: Identities, *, year: SchoolYear, staff: list[Person]
    ) -> None:
        self._namer, self._identities, self._year = namer, identities, year
        self._random = namer.random
        self._children = Weighted(profile.children.items())
        self._staff = [person for person in staff if 24 <= year.start - person.born <= 55]
        self._random.shuffle(self._staff)

    def fill(self, seats: Seats) -> Iterator[Household]:
        """Households until no place is left."""
        for commune, place in seats.firsts():
            if place.stage.slug == "gdtx" and self._random.random() < ADULT_LEARNERS:
                yield Household([self._adult_learner(place)])
                continue
            places = [place, *self._siblings(seats, commune, place)]
            yield self._household(places)

    def known(self, family: KnownFamily, seats: Seats, seated: dict[Seat, Person]) -> Household:
        """A household of the story."""
        places = [seats.reserve(child.school, child.title) for child in family.children]
        pupils = [
            self._pupil(place, FullName.read(child.name)) for place, child in zip(places, family.children, strict=True)
        ]
        phone = self._identities.phone()
        household = Household(pupils)
        for each in family.guardians:
            if each.staff:
                person = seated[each.staff]
            else:
                born = min(pupil.born for pupil in pupils) - (50 if each.relation == "grandmother" else 27)
                person = self._person(FullName.read(each.name), each.gender, born, family.people)
                person.phone = (phone if family.shared_phone else self._identities.phone()) if each.phone else ""
                household.guardians.append(person)
            self._answer(person, each.relation, pupils)
        for pupil in pupils:
            pupil.separate = family.separate
        return household

    def _siblings(self, seats: Seats, commune: int, place: SchoolClass) -> Iterator[SchoolClass]:
        born = self._year.start - place.grade.age
        years = [born]
        for _ in range(self._children.draw(self._random) - 1):
            for _ in range(4):
                gap = GAPS.draw(self._random)
                wanted = born + (gap if self._random.random() < 0.5 else -gap)
                # Twins only when drawn as such, and never brothers and sisters less than a year apart.
                if (wanted in years and gap) or max(*years, wanted) - min(*years, wanted) > 12:
                    continue
                if sibling := seats.take(commune, wanted):
                    years.append(wanted)
                    yield sibling
                    break

    def _household(self, places: list[SchoolClass]) -> Household:
        pattern = PATTERNS.draw(self._random)
        relations = [relation for relation in pattern if relation != "apart"]
        births = [self._year.start - place.grade.age for place in places]
        parents = self._staff_parent(relations, births)
        people = next((parent.people for parent in parents.values()), None) or self._namer.people()
        adults, surname = self._adults(relations, births, people, parents=parents)
        taken = {adult.name.given for adult in adults.values()}
        pupils = []
        for place in sorted(places, key=lambda each: -each.grade.age):
            name = self._child_name(people, surname, place, taken)
            taken.add(name.given)
            pupils.append(self._pupil(place, name))
        household = Household(pupils)
        for relation, adult in adults.items():
            if not adult.position:
                household.guardians.append(adult)
            self._answer(adult, relation, pupils)
        for pupil in pupils:
            pupil.separate = pattern[0] == "apart"
        self._give_phones(household, apart=pattern[0] == "apart")
        return household

    def _adults(
        self, relations: list[str], births: list[int], people: str, *, parents: dict[str, Person]
    ) -> tuple[dict[str, Person], str]:
        """The adults by relation, and the surname of their children: the father's, where there is one."""
        eldest, youngest = min(births), max(births)
        mother = max(eldest - self._years(18, 36, 25), youngest - 45)
        father = mother - self._years(-2, 9, 2)
        surname = parents["father"].name.family if "father" in parents else self._namer.surname(people)
        paternal = self._random.random() < 0.6
        elder_side = father if paternal else mother
        born = {
            "mother": mother,
            "father": father,
            "grandmother": elder_side - self._years(18, 31, 22),
            "grandfather": elder_side - self._years(20, 35, 25),
            "aunt": mother + self._years(-8, 8, 0),
            "uncle": father + self._years(-8, 8, 0),
            "sibling": min(eldest - 3, self._year.start - self._years(19, 24, 20)),
            "guardian": mother - self._years(0, 25, 8),
        }
        names = {"father": surname, "sibling": surname}
        if paternal:
            names |= dict.fromkeys(("grandfather", "aunt", "uncle"), surname)
        adults: dict[str, Person] = {}
        for relation in relations:
            if relation in parents:
                adults[relation] = parents[relation]
                continue
            own = people if relation != "mother" or self._random.random() > MIXED_MARRIAGE else self._namer.people()
            gender = FEMALE if relation in WOMEN or (relation not in MEN and self._random.random() < 0.5) else MALE
            name = self._namer.name(
                own,
                gender,
                born=min(born[relation], 2002),
                surname=names.get(relation),
                avoid=[adult.name.given for adult in adults.values()],
            )
            adults[relation] = self._person(name, gender, born[relation], own)
            if relation == "mother":
                # Without effect on the father's side, where the name is there already.
                names.setdefault("grandfather", name.family)
        if relations == ["mother"] and self._random.random() < 0.35:
            surname = adults["mother"].name.family
        return adults, surname

    def _staff_parent(self, relations: list[str], births: list[int]) -> dict[str, Person]:
        """Now and then a parent is a teacher or clerk of the district: one person, two roles."""
        eldest, youngest = min(births), max(births)
        if self._random.random() >= STAFF_PARENT:
            return {}
        for number in range(len(self._staff) - 1, max(-1, len(self._staff) - 12), -1):
            person = self._staff[number]
            relation = "mother" if person.gender == FEMALE else "father"
            if relation in relations and eldest - person.born >= 19 and youngest - person.born <= 45:
                return {relation: self._staff.pop(number)}
        return {}

    def _child_name(self, people: str, surname: str, place: SchoolClass, taken: set[str]) -> FullName:
        gender = FEMALE if self._random.random() < 0.487 else MALE
        born = self._year.start - place.grade.age
        return self._namer.name(people, gender, born=born, surname=surname, avoid=taken)

    def _adult_learner(self, place: SchoolClass) -> Pupil:
        people, gender = self._namer.people(), FEMALE if self._random.random() < 0.4 else MALE
        born = self._year.start - self._random.randint(19, 38)
        return self._pupil(place, self._namer.name(people, gender, born=born), born=born)

    def _pupil(self, place: SchoolClass, name: FullName, *, born: int | None = None) -> Pupil:
        sourced_id, username = self._identities.opaque("hs")
        born = self._year.start - place.grade.age if born is None else born
        return Pupil(sourced_id, username, name, born, self._identities.number("1"), place)

    def _person(self, name: FullName, gender: str, born: int, people: str) -> Person:
        sourced_id, username = self._identities.opaque("ph")
        return Person(sourced_id, username, name, gender, born, people, org="")

    def _answer(self, adult: Person, relation: str, pupils: list[Pupil]) -> None:
        """Make an adult a guardian of each child, with the role in each child's school."""
        on_own_row = self._random.random() < OWN_ROW_TOO
        for pupil in pupils:
            school = pupil.school_class.school.sourced_id
            adult.org = adult.org or school
            adult.take_role(school, "guardian")
            pupil.guardians.append(Guardianship(adult, relation))
            if on_own_row:
                adult.wards.append(pupil.sourced_id)

    def _give_phones(self, household: Household, *, apart: bool) -> None:
        shared = "" if apart or self._random.random() >= SHARED_PHONE else self._identities.phone()
        for person in household.guardians:
            elder = self._year.start - person.born >= 58
            if self._random.random() >= (NO_PHONE_ELDER if elder else NO_PHONE):
                person.phone = shared or self._identities.phone()

    def _years(self, low: int, high: int, mode: int) -> int:
        return round(self._random.triangular(low, high, mode))
