"""Communes of an invented province: their names now, and before the reform of 1 July 2025."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from .apportion import apportion
from .names.weighted import words
from .profiles import Profile
from .text import slug

# Each pair reads as a commune's name; single places of that name exist somewhere, a province of them does not.
FIRST = words("""
    An Bảo Bình Cao Chí Cường Dĩnh Đại Đông Đồng Đức Gia Hòa Hồng Hợp Hưng Hương Kim Lạc Lam Liên Long Lương Minh
    Mỹ Nam Nghĩa Ngọc Phong Phú Phúc Phượng Quang Quế Song Tam Tân Thái Thanh Thượng Tiên Trung Trường Tuấn Vân
    Việt Xuân Yên
""")
SECOND = words("""
    Bình Cường Đạo Đình Đức Giang Hà Hải Hòa Hội Hưng Khê Lạc Lãng Lâm Lập Lộc Lợi Lương Mai Minh Mỹ Nghĩa Phong
    Phú Quang Sơn Tân Thanh Thành Thắng Thịnh Thọ Thủy Tiến Trung Trường Vân Viên Xá Xuân Yên
""")
UPLAND_FIRST = words("Nà:3 Bản:2 Pác Khuổi Lũng Phja Cốc Thẳm Vằng")
UPLAND_SECOND = words("""
    Lầu Khe Pặc Chang Liền Mạ Hin Mo Loòng Cà Sla Pù Đeng Tát Vài Lẹng Pan Cáp Nghiều Hoan Mười Đon Bó Tấu Thưn
    Rào Coóc Phung Luông Slầm Bây Vèn Chủ Hang Chộc Mòn Kéo Sảo Duồng Lác
""")
# Names of provinces and cities, which would mislead a reader.
REAL_PROVINCES = {"thaibinh", "hoabinh", "haiduong", "bacgiang", "quangbinh", "phuyen", "longan", "trungha", "namhai"}


@dataclass(frozen=True)
class Commune:
    name: str  # with its kind: Xã Đồng Sen, Phường Đông Ngàn
    district: int  # of the province's old phòng GD&ĐT
    old_names: tuple[str, ...]  # of the communes it was merged from

    @property
    def bare(self) -> str:
        return self.name.split(" ", 1)[1]


@dataclass(frozen=True)
class Places:
    districts: tuple[str, ...]  # "Phòng GD&ĐT huyện …"
    communes: tuple[Commune, ...]


def places_of(profile: Profile, random: Random) -> Places:
    """The districts and communes of a profile, written out or invented."""
    if profile.fixed_places:
        return _written_out(profile)
    return _invented(profile, random)


def _written_out(profile: Profile) -> Places:
    communes = [
        Commune(name, index, (name.split(" ", 1)[1],))
        for index, names in enumerate(profile.fixed_places.values())
        for name in names
    ]
    return Places(tuple(profile.fixed_places), tuple(communes))


def _invented(profile: Profile, random: Random) -> Places:
    names = _unique_names(profile, random)
    districts = [
        f"Phòng GD&ĐT {'thành phố' if index == 0 else 'huyện'} {names.pop()}" for index in range(profile.districts)
    ]
    merged = apportion(profile.old_communes, [random.uniform(1, 1.6) for _ in range(profile.communes)], least=1)
    # The first district is the city, and most of the wards are there.
    wards = set(range(profile.wards))
    communes = []
    for index, count in enumerate(merged):
        # A ward is a town, and towns do not have the names of hamlets.
        old = tuple(sorted((names.pop() for _ in range(count)), key=lambda name: index in wards and _upland(name)))
        kind = "Phường" if index in wards else "Xã"
        communes.append(Commune(f"{kind} {old[0]}", index * profile.districts // profile.communes, old))
    return Places(tuple(districts), tuple(communes))


def bare_district(name: str) -> str:
    """``Yên Thượng`` out of ``Phòng GD&ĐT huyện Yên Thượng``."""
    return re.sub(r"^Phòng GD&ĐT (huyện|thị xã|thành phố) ", "", name)


def _upland(name: str) -> bool:
    return name.split(maxsplit=1)[0] in UPLAND_FIRST.items


def _unique_names(profile: Profile, random: Random) -> list[str]:
    wanted = profile.old_communes + profile.districts
    upland = 0.35 if profile.peoples["kinh"] < 50 else 0.08
    names: dict[str, str] = {}
    while len(names) < wanted:
        first, second = (UPLAND_FIRST, UPLAND_SECOND) if random.random() < upland else (FIRST, SECOND)
        one, two = first.draw(random), second.draw(random)
        if one != two and slug(one + two) not in REAL_PROVINCES:
            names.setdefault(slug(one + two), f"{one} {two}")
    found = list(names.values())
    # Taken from the end: districts first, and those have names of two Sino-Vietnamese words.
    found.sort(key=lambda name: not _upland(name))
    plain = found[-profile.districts :]
    rest = found[: -profile.districts]
    random.shuffle(rest)
    return rest + plain
