"""Plan a province: its schools, their classes and sizes, before any person is made."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from .apportion import apportion
from .levels import LEVELS, Grade, Level, Stage
from .places import Places, bare_district, places_of
from .profiles import FixedSchool, Profile
from .school_year import SchoolYear
from .text import slug
from .tree import REFORM, Org, ParentLink, School, SchoolClass, Tree

# 01 to 96 are the codes of real provinces.
PROVINCE_CODE = "97"
FLOWERS = """
    Hoa Sen, Hoa Ban, Hoa Hồng, Hoa Đào, Hoa Phượng, Hoa Cúc, Họa Mi, Sơn Ca, Sao Mai, Ban Mai, Bình Minh, Ánh Dương,
    Tuổi Thơ, Măng Non, Vành Khuyên, Hướng Dương, Tuổi Hoa, Tuổi Ngọc, Hoa Hướng Dương, Sao Sáng, Bông Sen, Hoa Lan,
    Chim Non, Mầm Xanh, Thiên Nga, Ánh Sao, Hoa Trạng Nguyên, Nắng Mai, Cầu Vồng, Búp Măng
"""
FIXED_SIZES = {("th-dongsen", "3A"): 45}
# Fewer families bring the youngest, nearly all bring the five-year-olds.
GRADE_WEIGHT = {"IT": 0.6, "PR": 0.9, "PK": 1.1, "KG": 1.25}


def plan_province(profile: Profile, year: SchoolYear, random: Random) -> Tree:
    """The whole tree with every class and its size; the people come later, district by district."""
    places = places_of(profile, random)
    tree = _authorities(profile, places)
    if profile.fixed_schools:
        _fixed_schools(tree, profile, places, year, random)
    else:
        _invented_schools(tree, profile, places, year, random)
    _deal_teachers(tree, profile)
    return tree


def _authorities(profile: Profile, places: Places) -> Tree:
    root = Org(f"so-{slug(profile.province)}", f"Sở Giáo dục và Đào tạo {profile.province}", "state", PROVINCE_CODE)
    districts = [
        Org(
            f"pgd-{slug(bare_district(name))}",
            name,
            "district",
            f"{PROVINCE_CODE}{number:02d}",
            (ParentLink(root.sourced_id, "", REFORM),),
            valid_to=REFORM,
        )
        for number, name in enumerate(places.districts, start=1)
    ]
    communes = [
        Org(
            f"{'phuong' if commune.name.startswith('Phường') else 'xa'}-{slug(commune.bare)}",
            commune.name,
            "local",
            f"{PROVINCE_CODE}{number:03d}",
            (ParentLink(root.sourced_id, REFORM),),
            valid_from=REFORM,
        )
        for number, commune in enumerate(places.communes, start=1)
    ]
    return Tree(root, districts, communes, [commune.district for commune in places.communes], [])


def _fixed_schools(tree: Tree, profile: Profile, places: Places, year: SchoolYear, random: Random) -> None:
    index = {commune.name: number for number, commune in enumerate(places.communes)}
    for fixed in profile.fixed_schools:
        school = _school(tree, LEVELS[fixed.level], fixed.name, index[fixed.commune])
        _open_classes(school, dict(_classes_by_hand(fixed)), year)
        _fill(school, fixed.pupils, random)


def _classes_by_hand(fixed: FixedSchool) -> Iterator[tuple[str, int]]:
    grades = [grade for stage in LEVELS[fixed.level].stages for grade in stage.grades]
    for grade, count in zip(grades, fixed.classes, strict=True):
        yield grade.code, count


def _invented_schools(tree: Tree, profile: Profile, places: Places, year: SchoolYear, random: Random) -> None:
    for level, count in profile.schools.items():
        sites = _sites(level, count, profile, places)
        schools = [_school(tree, LEVELS[level], name, commune) for name, commune in sites]
        if profile.one_class_a_school:
            for number, school in enumerate(schools):
                grades = [grade for stage in school.level.stages for grade in stage.grades]
                _open_classes(school, {grades[number % len(grades)].code: 1}, year)
                _fill(school, random.randint(16, 30), random)
            continue
        least = [5 * sum(len(stage.grades) for stage in LEVELS[level].stages)] * count
        pupils = apportion(profile.pupils[level], [random.uniform(0.5, 1.7) for _ in schools], least=least)
        for school, number in zip(schools, pupils, strict=True):
            _open_classes(school, _classes_by_size(school.level, number), year)
            _fill(school, number, random)


def _classes_by_size(level: Level, pupils: int) -> dict[str, int]:
    grades = [grade for stage in level.stages for grade in stage.grades]
    total = max(len(grades), round(pupils / level.pupils_per_class))
    weights = [GRADE_WEIGHT.get(grade.code, 1.0) for grade in grades]
    return dict(zip((grade.code for grade in grades), apportion(total, weights, least=1), strict=True))


def _sites(level: str, count: int, profile: Profile, places: Places) -> list[tuple[str, int]]:
    """Names and communes for ``count`` schools of one level, every name once."""
    title = LEVELS[level].title
    old = [(name, index) for index, commune in enumerate(places.communes) for name in commune.old_names]
    new = [(commune.bare, index) for index, commune in enumerate(places.communes)]
    # The remotest old communes have one school for both levels, the others a school for each.
    joint = profile.schools["th_thcs"]
    if level == "gdtx":
        sites = [(bare_district(name), _first_commune(places, i)) for i, name in enumerate(places.districts)] + new
    elif level == "th_thcs":
        sites = old[-joint:]
    elif level in ("tieu_hoc", "thcs"):
        sites = old[:-joint]
    elif level == "thpt":
        sites = new
    elif level == "thcs_thpt":
        sites = list(reversed(new))
    else:
        sites = old
    if level == "thpt":
        sites = _spread(sites, count) if count < len(sites) else sites
    named = [(f"{title} {name}", commune) for name, commune in sites[:count]]
    return named + _more(title, level, sites, count - len(named))


def _first_commune(places: Places, district: int) -> int:
    return next(index for index, commune in enumerate(places.communes) if commune.district == district)


def _spread(sites: list[tuple[str, int]], count: int) -> list[tuple[str, int]]:
    return [sites[number * len(sites) // count] for number in range(count)]


def _more(title: str, level: str, sites: list[tuple[str, int]], count: int) -> list[tuple[str, int]]:
    """The second schools of a place; nursery schools are called after flowers and birds instead."""
    taken = {slug(name) for name, _ in sites}
    flowers = [name.strip() for name in FLOWERS.split(",")] if level == "mam_non" else []
    flowers = [name for name in flowers if slug(name) not in taken]
    more = []
    for number in range(max(0, count)):
        name, commune = sites[number]
        more.append((f"{title} {flowers[number]}" if number < len(flowers) else f"{title} {name} số 2", commune))
    return more


def _school(tree: Tree, level: Level, name: str, commune: int) -> School:
    root, local = tree.root.sourced_id, tree.communes[commune].sourced_id
    district = tree.districts[tree.district_of_commune[commune]].sourced_id
    links = (
        (ParentLink(root),) if level.under_province else (ParentLink(district, "", REFORM), ParentLink(local, REFORM))
    )
    sourced_id = f"{level.prefix}-{slug(name.removeprefix(level.title))}"
    identifier = f"{PROVINCE_CODE}{len(tree.schools) + 1:06d}"
    school = School(Org(sourced_id, name, "school", identifier, links, level=level.slug), level, commune)
    tree.schools.append(school)
    return school


def _open_classes(school: School, counts: dict[str, int], year: SchoolYear) -> None:
    for stage in school.level.stages:
        for grade in stage.grades:
            for number in range(counts.get(grade.code, 0)):
                title, code = _title(stage, grade, number)
                sourced_id = f"lop-{year.code}-{school.sourced_id}-{slug(code)}"
                school.classes.append(SchoolClass(sourced_id, title, code, grade, stage, school))


def _title(stage: Stage, grade: Grade, number: int) -> tuple[str, str]:
    letter = chr(ord("A") + number)
    if stage.slug == "mam-non":
        title = f"{grade.label} {number + 1}"
        return title, title
    if stage.slug == "thpt":
        return f"{grade.label}A{number + 1}", f"{grade.label}A{number + 1}"
    if stage.slug == "gdtx":
        return f"Lớp {grade.label} GDTX {letter}", f"{grade.label}GDTX{letter}"
    return f"{grade.label}{letter}", f"{grade.label}{letter}"


def _fill(school: School, pupils: int, random: Random) -> None:
    fixed = {each.title: FIXED_SIZES.get((school.sourced_id, each.title)) for each in school.classes}
    for each in school.classes:
        each.size = fixed[each.title] or 0
    open_classes = [each for each in school.classes if not each.size]
    left = pupils - sum(each.size for each in school.classes)
    sizes = apportion(left, [random.uniform(0.9, 1.1) for _ in open_classes], least=1)
    for each, size in zip(open_classes, sizes, strict=True):
        each.size = size


def _deal_teachers(tree: Tree, profile: Profile) -> None:
    needs = [
        (school, stage, len(classes))
        for school in tree.schools
        for stage in school.level.stages
        if (classes := school.classes_of(stage))
    ]
    weights = [count * stage.teachers_per_class for _, stage, count in needs]
    least = [_least_teachers(stage, count) for _, stage, count in needs]
    # Without a number given, a school has what its classes ask for.
    total = profile.teachers or sum(max(low, round(weight)) for low, weight in zip(least, weights, strict=True))
    for (school, stage, _), share in zip(needs, apportion(total, weights, least=least), strict=True):
        school.teachers[stage.slug] = share


def _least_teachers(stage: Stage, classes: int) -> int:
    """A homeroom teacher a class, and enough others that every class meets three to eight of them."""
    others = {"mam-non": 1, "tieu-hoc": 3}
    return classes + others[stage.slug] if stage.slug in others else max(classes, len(stage.areas))
