"""One small school with names everyone knows, and always an outsider.

TH&THCS Đồng Sen in xã Đồng Sen: class 7A (its pupils are of an age to have an account) with homeroom teacher Lan,
subject teacher Minh, pupils An and Bình, guardians Hoa (of An and of Chi) and Dũng (of Bình); head Hạnh, clerk Thu.
Class 6B: teacher Mai, pupil Chi (Hoa's second child). Officers Sơn and Hà and IT Tú at the Sở, officer Phúc at the
commune. Elsewhere (xã Tân Sơn): Quang, teacher of 7C, the outsider; Vân, guardian of Khánh in 7C.
"""

import datetime as dt
from dataclasses import dataclass, fields

from registry.changes import AccessChange
from registry.models import (
    Account,
    Enrolment,
    GuardianLink,
    Org,
    OrgClosure,
    OrgParent,
    Person,
    Role,
    SchoolClass,
    Source,
)
from registry.signals import access_changed
from registry.text import fold

PASSWORD = "mot-mat-khau-dai-1"


@dataclass
class Cast:
    """Everybody, by name; orgs and classes beside them."""

    source: Source
    so: Org
    dong_sen: Org
    tan_son: Org
    school: Org
    other_school: Org
    class_7a: SchoolClass
    class_6b: SchoolClass
    class_7c: SchoolClass
    lan: Person
    minh: Person
    mai: Person
    an: Person
    binh: Person
    chi: Person
    hoa: Person
    dung: Person
    hanh: Person
    thu: Person
    son: Person
    ha: Person
    tu: Person
    phuc: Person
    quang: Person
    khanh: Person
    van: Person

    def people(self) -> dict[str, Person]:
        """Every person by their name here."""
        return {f.name: value for f in fields(self) if isinstance(value := getattr(self, f.name), Person)}

    def account(self, person: Person) -> Account:
        """The person's account, made with PASSWORD when first asked for."""
        found = Account.objects.filter(person=person).first()
        return found or Account.objects.create_user(f"person-{person.pk}", PASSWORD, person=person)


class _Builder:
    def __init__(self) -> None:
        self.source = Source.objects.create(name="cast")

    def org(self, name: str, type_: str, parent: Org | None, level: str = "") -> Org:
        org = Org.objects.create(
            source=self.source, sourced_id=f"org-{fold(name)}", name=name, type=type_, school_level=level
        )
        OrgClosure.objects.create(ancestor=org, descendant=org, depth=0)
        if parent:
            OrgParent.objects.create(org=org, parent=parent)
            for link in OrgClosure.objects.filter(descendant=parent):
                OrgClosure.objects.create(ancestor_id=link.ancestor_id, descendant=org, depth=link.depth + 1)
        return org

    def person(self, name: str, role: str, *orgs: Org, grade: str = "", gender: str = "") -> Person:
        family, *middle, given = name.split()
        person = Person.objects.create(
            source=self.source,
            sourced_id=f"person-{fold(name)}",
            given_name=given,
            family_name=family,
            middle_name=" ".join(middle),
            name=name,
            search_text=fold(name),
            grade=grade,
            gender=gender,
        )
        for index, org in enumerate(orgs):
            Role.objects.create(
                source=self.source,
                sourced_id=f"role-{person.pk}-{org.pk}",
                person=person,
                org=org,
                role=role,
                is_primary=index == 0,
            )
        return person

    def school_class(self, title: str, school: Org) -> SchoolClass:
        return SchoolClass.objects.create(
            source=self.source,
            sourced_id=f"class-{title}",
            title=title,
            class_type="homeroom",
            school=school,
            grade=f"0{title[0]}",
            begins_on=dt.date(2020, 1, 1),
            ends_on=dt.date(2099, 1, 1),
        )

    def enrol(self, person: Person, school_class: SchoolClass, role: str, *, primary: bool = False) -> None:
        Enrolment.objects.create(
            source=self.source,
            sourced_id=f"enrolment-{person.pk}-{school_class.pk}",
            person=person,
            school_class=school_class,
            school=school_class.school,
            role=role,
            is_primary=primary,
        )

    def guardian(self, guardian: Person, student: Person, relation: str) -> None:
        GuardianLink.objects.create(
            source=self.source,
            guardian=guardian,
            student=student,
            relation=relation,
            said_by_student=True,
            state=GuardianLink.State.ACTIVE,
        )


def build_cast() -> Cast:
    """Write the small school to the database and let the rooms be derived from it."""
    b = _Builder()
    so = b.org("Sở Giáo dục và Đào tạo Sông Thương", "state", None)
    dong_sen = b.org("Xã Đồng Sen", "local", so)
    tan_son = b.org("Xã Tân Sơn", "local", so)
    school = b.org("Trường TH&THCS Đồng Sen", "school", dong_sen, "th_thcs")
    other_school = b.org("Trường THCS Tân Sơn", "school", tan_son, "thcs")
    cast = Cast(
        source=b.source,
        so=so,
        dong_sen=dong_sen,
        tan_son=tan_son,
        school=school,
        other_school=other_school,
        class_7a=b.school_class("7A", school),
        class_6b=b.school_class("6B", school),
        class_7c=b.school_class("7C", other_school),
        lan=b.person("Nguyễn Thị Lan", "teacher", school, gender="female"),
        minh=b.person("Vũ Đức Minh", "teacher", school, gender="male"),
        mai=b.person("Lò Thị Mai", "teacher", school, gender="female"),
        an=b.person("Trần Minh An", "student", school, grade="07"),
        binh=b.person("Lê Gia Bình", "student", school, grade="07"),
        chi=b.person("Trần Linh Chi", "student", school, grade="06"),
        hoa=b.person("Phạm Thị Hoa", "guardian", school),
        dung=b.person("Lê Tiến Dũng", "guardian", school),
        hanh=b.person("Đỗ Thị Hạnh", "principal", school, gender="female"),
        thu=b.person("Bùi Thị Thu", "siteAdministrator", school),
        son=b.person("Hoàng Văn Sơn", "districtAdministrator", so),
        ha=b.person("Lê Thị Thu Hà", "districtAdministrator", so),
        tu=b.person("Đặng Anh Tú", "systemAdministrator", so),
        phuc=b.person("Ngô Văn Phúc", "districtAdministrator", dong_sen),
        quang=b.person("Trịnh Văn Quang", "teacher", other_school, gender="male"),
        khanh=b.person("Hà Gia Khánh", "student", other_school, grade="07"),
        van=b.person("Hà Thị Vân", "guardian", other_school),
    )
    b.enrol(cast.lan, cast.class_7a, "teacher", primary=True)
    b.enrol(cast.minh, cast.class_7a, "teacher")
    b.enrol(cast.mai, cast.class_6b, "teacher", primary=True)
    b.enrol(cast.quang, cast.class_7c, "teacher", primary=True)
    for pupil, its_class in (
        (cast.an, cast.class_7a),
        (cast.binh, cast.class_7a),
        (cast.chi, cast.class_6b),
        (cast.khanh, cast.class_7c),
    ):
        b.enrol(pupil, its_class, "student")
    b.guardian(cast.hoa, cast.an, "mother")
    b.guardian(cast.hoa, cast.chi, "mother")
    b.guardian(cast.dung, cast.binh, "father")
    b.guardian(cast.van, cast.khanh, "mother")
    access_changed.send(sender=Source, change=AccessChange(everything=True))
    return cast
