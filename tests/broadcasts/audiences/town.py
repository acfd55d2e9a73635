"""The small school with more around it: every level, schools of two levels, helpers, people in two places, languages."""

import datetime as dt
from dataclasses import dataclass

from registry.models import Account, Enrolment, GuardianLink, LocalOverride, Org, OrgClosure, OrgParent, Person, Role
from registry.models import SchoolClass as Class
from tests.cast import Cast


@dataclass
class Town:
    """What there is besides the cast."""

    cast: Cast
    thpt: Org
    gdtx: Org
    mam_non: Org
    maths: Org
    class_3a: Class
    class_10a: Class
    na: Person
    bich: Person
    tam: Person
    odd: Person
    sang: Person
    grown: Person
    bud: Person
    helper: Person


def build_town(cast: Cast) -> Town:
    """Write it around the cast."""
    thpt = _org(cast, "Trường THPT Sông Thương", cast.so, "school", "thpt")
    gdtx = _org(cast, "Trung tâm GDTX Sông Thương", cast.so, "school", "gdtx")
    mam_non = _org(cast, "Trường Mầm non Đồng Sen", cast.dong_sen, "school", "mam_non")
    maths = _org(cast, "Tổ Toán", cast.school, "department", "")
    class_3a, class_10a = _class(cast, "3A", cast.school, "3"), _class(cast, "10A", thpt, "10")
    maths_7, adults = _class(cast, "Toán 7", cast.school, "07", kind="scheduled"), _class(cast, "Lớp tối", gdtx, "")
    town = Town(
        cast=cast,
        thpt=thpt,
        gdtx=gdtx,
        mam_non=mam_non,
        maths=maths,
        class_3a=class_3a,
        class_10a=class_10a,
        na=_person(cast, "Lê Thị Na", ("student", cast.school), grade="3"),
        bich=_person(cast, "Hà Thị Bích", ("teacher", cast.school), ("teacher", thpt)),
        tam=_person(cast, "Vi Thị Tâm", ("guardian", cast.school), ("relative", cast.other_school), ("guardian", gdtx)),
        odd=_person(cast, "Vi Văn Lạ", ("student", cast.school), grade="lop 7"),
        sang=_person(cast, "Hà Văn Sáng", ("student", thpt), ("student", cast.other_school), grade="10"),
        grown=_person(cast, "Lò Văn Lớn", ("student", gdtx)),
        bud=_person(cast, "Vi Thị Búp", ("student", mam_non), grade="MG"),
        helper=_person(cast, "Bùi Văn Giúp", ("aide", cast.school)),
    )
    _person(cast, "Đỗ Văn Tổ", ("teacher", maths))
    _person(cast, "Đỗ Thị Hai", ("aide", cast.other_school), ("aide", thpt), ("proctor", gdtx))
    Role.objects.create(source=cast.source, sourced_id="quang-thpt", person=cast.quang, org=thpt, role="teacher")
    Role.objects.create(source=cast.source, sourced_id="mai-me", person=cast.mai, org=mam_non, role="parent")
    for person, school_class, role in (
        (town.na, class_3a, "student"),
        (town.bich, class_3a, "teacher"),
        (town.bich, class_10a, "teacher"),
        (town.odd, cast.class_7a, "student"),
        (town.sang, class_10a, "student"),
        (town.grown, adults, "student"),
        (town.helper, cast.class_7a, "proctor"),
        (cast.mai, maths_7, "teacher"),
        (cast.an, maths_7, "student"),
        (cast.binh, maths_7, "student"),
    ):
        _enrol(cast, person, school_class, role)
    for guardian, student in (
        (cast.dung, town.na),
        (town.tam, town.odd),
        (cast.van, town.sang),
        (cast.mai, town.bud),
        (town.tam, cast.binh),
        (town.tam, town.grown),
    ):
        GuardianLink.objects.create(source=cast.source, guardian=guardian, student=student, state="active")
    LocalOverride.objects.create(person=town.tam, student=cast.binh, reason="Tòa", review_on=dt.date(2099, 1, 1))
    for person, language in ((cast.hoa, "en"), (cast.lan, "en"), (cast.dung, "vi"), (town.sang, "en")):
        Account.objects.filter(pk=cast.account(person).pk).update(language=language)
    return town


def _org(cast: Cast, name: str, parent: Org, kind: str, level: str) -> Org:
    org = Org.objects.create(source=cast.source, sourced_id=name, name=name, type=kind, school_level=level)
    OrgParent.objects.create(org=org, parent=parent)
    for link in OrgClosure.objects.filter(descendant=parent):
        OrgClosure.objects.create(ancestor_id=link.ancestor_id, descendant=org, depth=link.depth + 1)
    OrgClosure.objects.create(ancestor=org, descendant=org, depth=0)
    return org


def _class(cast: Cast, title: str, school: Org, grade: str, *, kind: str = "homeroom") -> Class:
    return Class.objects.create(
        source=cast.source, sourced_id=f"class-{title}", title=title, class_type=kind, school=school, grade=grade
    )


def _person(cast: Cast, name: str, *roles: tuple[str, Org], grade: str = "") -> Person:
    family, *middle, given = name.split()
    person = Person.objects.create(
        source=cast.source,
        sourced_id=name,
        given_name=given,
        family_name=family,
        middle_name=" ".join(middle),
        name=name,
        grade=grade,
    )
    for number, (role, org) in enumerate(roles):
        Role.objects.create(
            source=cast.source,
            sourced_id=f"{name}-{number}",
            person=person,
            org=org,
            role=role,
            is_primary=number == 0,
        )
    return person


def _enrol(cast: Cast, person: Person, school_class: Class, role: str) -> None:
    Enrolment.objects.create(
        source=cast.source,
        sourced_id=f"{person.pk}-{school_class.pk}",
        person=person,
        school_class=school_class,
        school=school_class.school,
        role=role,
    )
