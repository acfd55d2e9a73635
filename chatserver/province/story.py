"""The people whose names everyone on the project knows, in the small province."""

from __future__ import annotations

from dataclasses import dataclass

from .names import FEMALE, MALE


@dataclass(frozen=True)
class Seat:
    """A post that a known person holds: the org and the seat's key in staff.py."""

    org: str
    key: str


@dataclass(frozen=True)
class KnownStaff:
    name: str
    gender: str


@dataclass(frozen=True)
class KnownGuardian:
    name: str
    relation: str
    gender: str
    phone: bool = True
    staff: Seat | None = None  # the guardian is this member of staff


@dataclass(frozen=True)
class KnownChild:
    name: str
    school: str
    title: str


@dataclass(frozen=True)
class KnownFamily:
    people: str
    children: tuple[KnownChild, ...]
    guardians: tuple[KnownGuardian, ...]
    separate: bool = False
    shared_phone: bool = False


SO = "so-songthuong"
TH, MN, THCS = "th-dongsen", "mn-hoamai", "thcs-dongsen"

STAFF = {
    Seat(SO, "director"): KnownStaff("Phạm Quang Vinh", MALE),
    Seat(SO, "deputy:0"): KnownStaff("Lê Thị Thu Hà", FEMALE),
    Seat(SO, "officer:0"): KnownStaff("Trần Quốc Hưng", MALE),
    Seat(SO, "technician"): KnownStaff("Vi Văn Khôi", MALE),
    Seat("xa-dongsen", "head"): KnownStaff("Phạm Văn Tú", MALE),
    Seat("phuong-dongngan", "head"): KnownStaff("Ngô Minh Đức", MALE),
    Seat("xa-tanson", "head"): KnownStaff("Hà Thị Liên", FEMALE),
    Seat("xa-phuchoa", "head"): KnownStaff("Trịnh Quốc Khánh", MALE),
    Seat(TH, "head"): KnownStaff("Đỗ Văn Thắng", MALE),
    Seat(THCS, "head"): KnownStaff("Bùi Thị Nga", FEMALE),
    Seat("thcs-tanson", "head"): KnownStaff("Hoàng Văn Lực", MALE),
    Seat(MN, "head"): KnownStaff("Lò Thị Vân", FEMALE),
    Seat("mn-bankhe", "head"): KnownStaff("Triệu Văn Páo", MALE),
    Seat(TH, "homeroom:3A"): KnownStaff("Nguyễn Thị Lan", FEMALE),
    Seat(TH, "homeroom:5B"): KnownStaff("Vũ Đức Hòa", MALE),
    Seat(MN, "homeroom:Chồi 2"): KnownStaff("Lò Thị Thơm", FEMALE),
    Seat(TH, "area:Tiếng Anh:1"): KnownStaff("Đinh Thị Ngọc", FEMALE),
}

FAMILIES = (
    KnownFamily(
        "kinh",
        (
            KnownChild("Trần Minh An", TH, "3A"),
            KnownChild("Trần Gia Bình", TH, "5B"),
            KnownChild("Trần Linh Chi", MN, "Chồi 2"),
        ),
        (
            KnownGuardian("Lò Thị Hạnh", "mother", FEMALE),
            KnownGuardian("Trần Văn Nam", "father", MALE),
        ),
    ),
    KnownFamily(
        "mong",
        (KnownChild("Giàng A Páo", TH, "3A"),),
        (KnownGuardian("Giàng A Sính", "father", MALE), KnownGuardian("Sùng Thị Mỷ", "mother", FEMALE)),
        shared_phone=True,
    ),
    KnownFamily(
        "nung",
        (KnownChild("Hoàng Thị Mơ", TH, "3A"),),
        (KnownGuardian("Nông Thị Sen", "grandmother", FEMALE, phone=False),),
    ),
    KnownFamily(
        "kinh",
        (KnownChild("Vũ Minh Khang", THCS, "7A"), KnownChild("Vũ Ngọc Diệp", TH, "2B")),
        (
            KnownGuardian("Vũ Đức Hòa", "father", MALE, staff=Seat(TH, "homeroom:5B")),
            KnownGuardian("Thân Thị Huyền", "mother", FEMALE),
        ),
    ),
    KnownFamily(
        "kinh",
        (KnownChild("Giáp Bảo Ngọc", TH, "3A"),),
        (KnownGuardian("Đặng Thu Trang", "mother", FEMALE), KnownGuardian("Giáp Văn Long", "father", MALE)),
        separate=True,
    ),
)

# Nobody else is called so: "the teacher Nguyễn Thị Lan" is one person.
KNOWN_NAMES = frozenset(
    [known.name for known in STAFF.values()]
    + [child.name for family in FAMILIES for child in family.children]
    + [guardian.name for family in FAMILIES for guardian in family.guardians]
)
