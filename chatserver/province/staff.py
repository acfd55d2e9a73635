"""Who works where: the Sở, the communes, and a school from its head to its specialists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from .identity import Identities
from .levels import Stage, homeroom_subjects
from .names import FEMALE, MALE, FullName, Namer
from .people import Person, Teaching
from .school_year import SchoolYear
from .story import KnownStaff, Seat
from .tree import Org, School

# From this many classes on a school has somebody of its own for the computers.
TECHNICIAN_FROM = 14
SECOND_DEPUTY_FROM = 14


@dataclass
class Hiring:
    """Makes one member of staff after another."""

    namer: Namer
    identities: Identities
    year: SchoolYear
    domain: str
    known: Mapping[Seat, KnownStaff] = field(default_factory=dict)
    seated: dict[Seat, Person] = field(default_factory=dict)

    @property
    def random(self) -> Random:
        return self.namer.random

    def hire(self, org: Org, role: str, position: str, *, seat: str = "", women: float = 0.5) -> Person:
        """A person in ``role`` at ``org``; the known one, if the seat has a known holder."""
        known = self.known.get(Seat(org.sourced_id, seat))
        gender = known.gender if known else (FEMALE if self.random.random() < women else MALE)
        born = self.year.start - int(self.random.triangular(24, 58, 37 if role == "teacher" else 46))
        people = self.namer.people()
        name = FullName.read(known.name) if known else self.namer.name(people, gender, born=born)
        sourced_id, _ = self.identities.opaque("cb")
        username = self.identities.staff_username(name, org.sourced_id)
        person = Person(
            sourced_id,
            username,
            name,
            gender,
            born,
            people,
            org.sourced_id,
            identifier=self.identities.number("2"),
            position=position,
            phone=self.identities.phone(),
            email=f"{username}@{self.domain}",
        )
        person.take_role(org.sourced_id, role, begins=self._began(born))
        if known:
            self.seated[Seat(org.sourced_id, seat)] = person
        return person

    def _began(self, born: int) -> str:
        year = self.random.randint(min(born + 23, self.year.start), self.year.start)
        return f"{year}-{self.random.choice(('08-01', '08-01', '03-01', '01-15'))}"


def province_staff(hiring: Hiring, root: Org) -> list[Person]:
    """The Sở: director, deputies, officers who may send; IT and child protection, who may not."""
    sending = "districtAdministrator"
    return [
        hiring.hire(root, sending, "Giám đốc Sở", seat="director", women=0.2),
        hiring.hire(root, sending, "Phó Giám đốc Sở", seat="deputy:0"),
        hiring.hire(root, sending, "Phó Giám đốc Sở", seat="deputy:1", women=0.3),
        hiring.hire(root, sending, "Chánh Văn phòng", seat="office"),
        hiring.hire(root, sending, "Chuyên viên", seat="officer:0"),
        hiring.hire(root, sending, "Chuyên viên", seat="officer:1", women=0.7),
        hiring.hire(root, sending, "Chuyên viên", seat="officer:2", women=0.7),
        hiring.hire(root, "systemAdministrator", "Quản trị hệ thống", seat="technician", women=0.2),
        hiring.hire(root, "counselor", "Cán bộ phụ trách bảo vệ trẻ em", seat="protection", women=0.8),
    ]


def commune_staff(hiring: Hiring, commune: Org) -> list[Person]:
    """The Phòng Văn hóa - Xã hội of a xã or phường."""
    position = "Phòng Văn hóa - Xã hội"
    staff = [hiring.hire(commune, "districtAdministrator", f"Trưởng {position.lower()}", seat="head")]
    if hiring.random.random() < 0.7:
        staff.append(hiring.hire(commune, "districtAdministrator", f"Chuyên viên {position}", women=0.6))
    return staff


@dataclass
class SchoolStaff:
    everyone: list[Person]
    teachings: list[Teaching]


def school_staff(hiring: Hiring, school: School) -> SchoolStaff:
    """Everyone who works at a school, and who teaches which class."""
    everyone = _office(hiring, school)
    teachings: list[Teaching] = []
    for stage in school.level.stages:
        if school.classes_of(stage):
            teachers, lessons = _STAFFING.get(stage.slug, _by_area)(hiring, school, stage)
            everyone += teachers
            teachings += lessons
    return SchoolStaff(everyone, teachings)


def _office(hiring: Hiring, school: School) -> list[Person]:
    org, size = school.org, len(school.classes)
    nursery, continuing = school.level.slug == "mam_non", school.level.slug == "gdtx"
    head = "Giám đốc Trung tâm" if continuing else "Hiệu trưởng"
    deputy = "Phó Giám đốc Trung tâm" if continuing else "Phó Hiệu trưởng"
    women = 0.98 if nursery else 0.5
    office = [hiring.hire(org, "principal", head, seat="head", women=women)]
    deputies = 2 if size >= SECOND_DEPUTY_FROM else 1
    office += [hiring.hire(org, "principal", deputy, women=women) for _ in range(deputies)]
    office.append(hiring.hire(org, "siteAdministrator", "Văn thư", seat="clerk", women=0.9))
    office.append(hiring.hire(org, "aide", "Nhân viên y tế", seat="nurse", women=0.92))
    if size >= TECHNICIAN_FROM:
        office.append(hiring.hire(org, "systemAdministrator", "Nhân viên công nghệ thông tin", women=0.15))
    return office


def _teacher(hiring: Hiring, school: School, stage: Stage, *, seat: str, leads: bool = False) -> Person:
    position = "Tổ trưởng chuyên môn" if leads else "Giáo viên"
    return hiring.hire(school.org, "teacher", position, seat=seat, women=stage.women)


def _homeroom_teachers(hiring: Hiring, school: School, stage: Stage) -> list[Person]:
    return [
        # A tổ chuyên môn holds about four teachers, one of whom leads it.
        _teacher(hiring, school, stage, seat=f"homeroom:{each.title}", leads=number % 4 == 0)
        for number, each in enumerate(school.classes_of(stage))
    ]


def _two_a_class(hiring: Hiring, school: School, stage: Stage) -> tuple[list[Person], list[Teaching]]:
    """Mầm non: two teachers hold a class together, one of them its homeroom teacher."""
    classes = school.classes_of(stage)
    first = _homeroom_teachers(hiring, school, stage)
    second = [_teacher(hiring, school, stage, seat="") for _ in range(school.teachers[stage.slug] - len(classes))]
    teachings = [Teaching(each, teacher, True) for each, teacher in zip(classes, first, strict=True)]
    # Where there are more than two a class the third goes round; where there are fewer, one helps in two classes.
    for number in range(max(len(classes), len(second))):
        teachings.append(Teaching(classes[number % len(classes)], second[number % len(second)], False))
    return first + second, teachings


def _homeroom_and_specialists(hiring: Hiring, school: School, stage: Stage) -> tuple[list[Person], list[Teaching]]:
    """Tiểu học: the homeroom teacher teaches most subjects, specialists the rest in many classes."""
    classes = school.classes_of(stage)
    first = _homeroom_teachers(hiring, school, stage)
    count = school.teachers[stage.slug] - len(classes)
    held = [stage.areas[number % len(stage.areas)] for number in range(max(count, len(stage.areas)))]
    # With fewer specialists than areas some hold two: the surplus areas go round again from the first.
    seats = [f"area:{area.name}:{number // len(stage.areas)}" for number, area in enumerate(held[:count])]
    specialists = [_teacher(hiring, school, stage, seat=seat) for seat in seats]
    by_area = {
        area.name: [specialists[number % count] for number, each in enumerate(held) if each is area]
        for area in stage.areas
    }
    teachings = []
    for number, (each, homeroom) in enumerate(zip(classes, first, strict=True)):
        teachings.append(Teaching(each, homeroom, True, homeroom_subjects(each.grade)))
        subjects: dict[str, tuple[Person, tuple[str, ...]]] = {}
        for area in stage.areas:
            teacher = by_area[area.name][number % len(by_area[area.name])]
            taught = subjects.get(teacher.sourced_id, (teacher, ()))[1]
            subjects[teacher.sourced_id] = (teacher, taught + area.subjects)
        teachings += [Teaching(each, teacher, False, taught) for teacher, taught in subjects.values()]
    return first + specialists, teachings


def _by_area(hiring: Hiring, school: School, stage: Stage) -> tuple[list[Person], list[Teaching]]:
    """THCS and up: every teacher has an area, and some of them a homeroom class besides."""
    classes, areas = school.classes_of(stage), stage.areas
    count = school.teachers[stage.slug]
    teachers = [
        _teacher(hiring, school, stage, seat=f"area:{areas[i % len(areas)].name}:{i // len(areas)}", leads=i % 6 == 0)
        for i in range(count)
    ]
    by_area = {area.name: teachers[number :: len(areas)] for number, area in enumerate(areas)}
    area_of = {teacher.sourced_id: areas[i % len(areas)].name for i, teacher in enumerate(teachers)}
    # Homerooms are drawn among all of them, so that not only the teachers of the first areas have one.
    homerooms = hiring.random.sample(teachers, len(classes))
    teachings = []
    for number, (each, homeroom) in enumerate(zip(classes, homerooms, strict=True)):
        for area in areas:
            own = area.name == area_of[homeroom.sourced_id]
            teacher = homeroom if own else by_area[area.name][number % len(by_area[area.name])]
            teachings.append(Teaching(each, teacher, own, area.subjects))
    return teachers, teachings


_STAFFING = {"mam-non": _two_a_class, "tieu-hoc": _homeroom_and_specialists}
