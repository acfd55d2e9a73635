"""Makes a province: plans it whole, then peoples and writes it one old district at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from .headers import manifest_rows
from .households import Families, Household, Seats
from .identity import Identities
from .names import Namer
from .package import PackageWriter
from .people import Person, Teaching
from .plan import plan_province
from .profiles import PROFILES, Profile
from .register import Register
from .school_year import SchoolYear
from .staff import Hiring, commune_staff, province_staff, school_staff
from .story import FAMILIES, KNOWN_NAMES, STAFF
from .text import slug
from .tree import School

Progress = Callable[[int, int], None]


def make_province(
    profile: str,
    seed: int,
    *,
    out: Path,
    subjects: bool = False,
    today: date | None = None,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Write the package to ``out`` and tell how many rows each file has; the same arguments, the same bytes."""
    day = today or datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
    return Province(PROFILES[profile], seed, day).write(out, subjects=subjects, progress=progress)


class Catchment:
    """The people of one old district: its staff, who teaches what, and its households as they are made."""

    def __init__(self, staff: list[Person], teachings: list[Teaching], households: Iterator[Household]) -> None:
        self.staff, self.teachings, self.households = staff, teachings, households


class Province:
    """One province in the making. Walk it once: people are made in the order they are asked for."""

    def __init__(self, profile: Profile, seed: int, today: date) -> None:
        self.profile = profile
        self.year = SchoolYear.containing(today)
        # Random seeded by text is the same on every machine; hash() of text would not be.
        self.random = Random(f"{profile.name}/{seed}")
        self.tree = plan_province(profile, self.year, self.random)
        self.identities = Identities(seed)
        told = bool(profile.fixed_schools)
        self.namer = Namer(self.random, profile.peoples, reserved=KNOWN_NAMES if told else ())
        self.families = FAMILIES if told else ()
        self.hiring = Hiring(
            self.namer, self.identities, self.year, f"{slug(profile.province)}.example", STAFF if told else {}
        )

    def write(self, out: Path, *, subjects: bool, progress: Progress | None) -> dict[str, int]:
        root = self.tree.root
        with PackageWriter(out, manifest_rows(system_name=root.name, system_code=root.sourced_id)) as package:
            register = Register(package, self.tree, self.year, subjects=subjects)
            register.structure()
            for person in self.province_staff():
                register.person(person)
            done, total = 0, self.pupils
            for catchment in self.catchments():
                register.teachings(catchment.teachings)
                for household in catchment.households:
                    register.household(household)
                    done += len(household.pupils)
                    if progress:
                        progress(done, total)
                # Last, because by now some of them have children in these schools.
                for person in catchment.staff:
                    register.person(person)
        return package.counts

    @property
    def pupils(self) -> int:
        return sum(each.size for school in self.tree.schools for each in school.classes)

    def province_staff(self) -> list[Person]:
        return province_staff(self.hiring, self.tree.root)

    def catchments(self) -> Iterator[Catchment]:
        """District by district, so that memory holds one of them; a province written by hand is one."""
        groups: dict[int, list[int]] = defaultdict(list)
        for commune, district in enumerate(self.tree.district_of_commune):
            groups[0 if self.profile.fixed_places else district].append(commune)
        for communes in groups.values():
            schools = [school for school in self.tree.schools if school.commune in communes]
            yield self._catchment(communes, schools)

    def _catchment(self, communes: list[int], schools: list[School]) -> Catchment:
        staff = [person for index in communes for person in commune_staff(self.hiring, self.tree.communes[index])]
        teachings: list[Teaching] = []
        for school in schools:
            employed = school_staff(self.hiring, school)
            staff += employed.everyone
            teachings += employed.teachings
        seats = Seats(schools, communes, self.year, self.random)
        return Catchment(staff, teachings, self._households(seats, staff))

    def _households(self, seats: Seats, staff: list[Person]) -> Iterator[Household]:
        seated = self.hiring.seated
        # Who is known has the family the story gives, and no other.
        known = {person.sourced_id for person in seated.values()}
        others = [person for person in staff if person.sourced_id not in known]
        families = Families(self.profile, self.namer, self.identities, year=self.year, staff=others)
        for family in self.families:
            yield families.known(family, seats, seated)
        yield from families.fill(seats)
