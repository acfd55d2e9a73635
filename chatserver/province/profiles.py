"""The provinces that can be made: what each has, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class FixedSchool:
    """A school written out by hand: classes per grade, in the order of its grades, and its pupils."""

    level: str
    name: str
    commune: str
    classes: tuple[int, ...]
    pupils: int


@dataclass(frozen=True)
class Profile:
    name: str
    province: str
    peoples: Mapping[str, float]
    # How many children of one household are in the registry, by weight; together with the patterns of
    # guardians (households.py) this decides how many guardians there are.
    children: Mapping[int, float]
    districts: int
    communes: int
    wards: int  # of the communes, how many are phường
    old_communes: int  # before the reform; most schools still carry their names
    schools: dict[str, int] = field(default_factory=dict)
    pupils: dict[str, int] = field(default_factory=dict)
    teachers: int | None = None
    one_class_a_school: bool = False
    fixed_schools: tuple[FixedSchool, ...] = ()
    # Communes and the old districts they came from, where they are written out by hand.
    fixed_places: dict[str, tuple[str, ...]] = field(default_factory=dict)


LOWLAND = {"kinh": 62, "tay": 10, "nung": 12, "dao": 5, "mong": 4, "thai": 7}
HIGHLAND = {"kinh": 20, "tay": 48, "nung": 10, "dao": 14, "mong": 7, "thai": 1}

SMALL = Profile(
    name="small",
    province="Sông Thương",
    peoples=LOWLAND,
    children={1: 66, 2: 27, 3: 6, 4: 1},
    districts=2,
    communes=5,
    wards=1,
    old_communes=5,
    fixed_places={
        "Phòng GD&ĐT huyện Yên Thượng": ("Xã Đồng Sen", "Xã Tân Sơn", "Xã Phúc Hòa", "Xã Bản Khe"),
        "Phòng GD&ĐT thị xã Đông Ngàn": ("Phường Đông Ngàn",),
    },
    fixed_schools=(
        FixedSchool("mam_non", "Trường Mầm non Hoa Mai", "Xã Đồng Sen", (1, 2, 2, 2), 182),
        FixedSchool("tieu_hoc", "Trường Tiểu học Đồng Sen", "Xã Đồng Sen", (3, 3, 3, 3, 3), 510),
        FixedSchool("thcs", "Trường THCS Đồng Sen", "Xã Đồng Sen", (2, 2, 2, 2), 272),
        FixedSchool("thcs", "Trường THCS Tân Sơn", "Xã Tân Sơn", (2, 2, 2, 2), 240),
        FixedSchool("th_thcs", "Trường Tiểu học và THCS Phúc Hòa", "Xã Phúc Hòa", (1,) * 9, 198),
        FixedSchool("mam_non", "Trường Mầm non Bản Khe", "Xã Bản Khe", (1, 1, 1, 1), 80),
        FixedSchool("thpt", "Trường THPT Đông Ngàn", "Phường Đông Ngàn", (2, 2, 2), 228),
        FixedSchool("gdtx", "Trung tâm GDNN-GDTX Đông Ngàn", "Phường Đông Ngàn", (1, 1, 1), 90),
    ),
)
BK = Profile(
    name="bk",
    province="Sông Năng",
    peoples=HIGHLAND,
    children={1: 80.2, 2: 17.3, 3: 2.1, 4: 0.4},
    districts=8,
    communes=37,
    wards=2,
    old_communes=108,
    schools={"mam_non": 118, "tieu_hoc": 72, "thcs": 62, "th_thcs": 44, "thcs_thpt": 3, "thpt": 12, "gdtx": 7},
    pupils={
        "mam_non": 17_000,
        "tieu_hoc": 20_900,
        "thcs": 13_600,
        "th_thcs": 11_600,
        "thcs_thpt": 1_500,
        "thpt": 7_200,
        "gdtx": 1_200,
    },
    teachers=7_000,
)
BG = Profile(
    name="bg",
    province="Sông Thương",
    peoples=LOWLAND,
    children={1: 80.2, 2: 17.3, 3: 2.1, 4: 0.4},
    districts=10,
    communes=99,
    wards=33,
    old_communes=225,
    schools={"mam_non": 268, "tieu_hoc": 250, "thcs": 237, "th_thcs": 30, "thcs_thpt": 4, "thpt": 48, "gdtx": 12},
    one_class_a_school=True,
)
PROFILES = {profile.name: profile for profile in (SMALL, BK, BG)}
