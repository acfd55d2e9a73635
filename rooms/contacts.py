"""With whom a person may have a conversation about a child."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from registry.models import Enrolment, GuardianLink, Org, Person
from registry.selectors import OFFICE_ROLES, kin_of, live_enrolments, live_guardian_links, live_roles
from registry.text import fold
from rooms.kinds.thread import key_of
from rooms.listing import about_child, child_json, classes_of
from rooms.models import Room
from rooms.people import Shown

# A clerk searches; a list of a school's guardians is nobody's address book.
MOST_FOUND = 50


def contacts(person: Person, *, search: str = "") -> list[dict[str, Any]]:
    """Everyone with whom this person may begin, or is having, a conversation about a child. The office finds guardians
    by the name of child or guardian. The same few queries for one child and for ten classes."""
    found = [*_of_guardian(person), *_of_teacher(person)]
    if search.strip():
        found += _of_office(person, fold(search.strip()))
    rooms = dict(Room.objects.filter(key__in=[key for key, _contact in found], state="open").values_list("key", "pk"))
    return [contact | {"room": rooms.get(key)} for key, contact in found]


Found = tuple[str, dict[str, Any]]


def _of_guardian(person: Person) -> Iterator[Found]:
    """For each child: its teachers, homeroom first, and the school's office."""
    students = [link.student for link in _links(guardian=person)]
    classes = classes_of({student.pk for student in students})
    taught = _teachers_of({student.pk for student in students})
    schools = _schools_of({student.pk for student in students})
    kin = kin_of({student.pk for student in students})
    for student in students:
        child = child_json(student, classes)
        for teacher_id, enrolment in taught.get(student.pk, {}).items():
            if (teacher_id, student.pk) in kin:
                continue
            other = _teacher_shown(enrolment)
            key = key_of(student.pk, person.pk, teacher_id, enrolment.school_id)
            yield key, _contact(child, other.called(), f"{other.label()} · {about_child(student)}", teacher=other)
        if student.pk in schools:
            office = schools[student.pk]
            key = key_of(student.pk, person.pk, None, office.pk)
            yield key, _contact(child, _("School office"), f"{office.name} · {about_child(student)}")


def _of_teacher(person: Person) -> Iterator[Found]:
    """The guardians of the pupils of the classes that the person teaches."""
    # Step by step, not nested: a condition on known ids is one index, a subquery within rights is the whole province.
    own = live_enrolments().filter(person=person, role="teacher").values_list("school_class", flat=True)
    pupils = live_enrolments().filter(role="student", school_class__in=list(own))
    schools = dict(pupils.values_list("person", "school"))
    links = _links(student__in=list(schools))
    kin = kin_of({link.student_id for link in links})
    yield from _guardians(
        [link for link in links if (person.pk, link.student_id) not in kin],
        teacher_id=person.pk,
        schools=schools,
    )


def _of_office(person: Person, search: str) -> Iterator[Found]:
    """Guardians whose own or whose child's name has these words, at the schools whose office the person holds."""
    offices = live_roles().filter(person=person, role__in=OFFICE_ROLES, org__type=Org.Type.SCHOOL)
    pupils = live_roles().filter(role="student", org__in=list(offices.values_list("org", flat=True)))
    schools = dict(pupils.values_list("person", "org"))
    named = Q(guardian__search_text__contains=search) | Q(student__search_text__contains=search)
    links = _links(named, most=MOST_FOUND, student__in=list(schools))
    kin = kin_of({link.student_id for link in links})
    yield from _guardians(
        [link for link in links if (person.pk, link.student_id) not in kin], teacher_id=None, schools=schools
    )


def _guardians(links: list[GuardianLink], *, teacher_id: int | None, schools: dict[int, int]) -> Iterator[Found]:
    classes = classes_of({link.student_id for link in links})
    for link in links:
        child = child_json(link.student, classes)
        other = Shown(person=link.guardian, seat="guardian", org_type="", child=link.student.given_name)
        key = key_of(link.student_id, link.guardian_id, teacher_id, schools[link.student_id])
        title = child["class"]["title"] if child["class"] else ""
        subtitle = " · ".join(part for part in (other.label(), title) if part)
        yield key, _contact(child, link.guardian.name, subtitle, guardian=other)


def _contact(
    child: dict[str, Any], title: str, subtitle: str, *, teacher: Shown | None = None, guardian: Shown | None = None
) -> dict[str, Any]:
    return {
        "student": child,
        "teacher": teacher.ref() if teacher else None,
        "guardian": guardian.ref() if guardian else None,
        "title": title,
        "subtitle": subtitle,
    }


def _links(*conditions: Q, most: int | None = None, **filters: Any) -> list[GuardianLink]:
    links = live_guardian_links().filter(*conditions, **filters).select_related("student", "guardian")
    return list(links.order_by("student__given_name", "student", "guardian")[:most])


def _teachers_of(student_ids: set[int]) -> dict[int, dict[int, Enrolment]]:
    """For each student the teachers of their live classes, each with the enrolment that says most, homeroom first."""
    attended = live_enrolments().filter(role="student", person__in=student_ids)
    classes = list(attended.order_by("school_class__class_type").values_list("person", "school_class"))
    teaching = live_enrolments().filter(
        role="teacher", school_class__in={school_class for _person, school_class in classes}
    )
    by_class: dict[int, list[Enrolment]] = {}
    ordered = teaching.select_related("person", "school_class", "school").order_by(
        "school_class__class_type", "-is_primary", "person__given_name", "pk"
    )
    for enrolment in ordered:
        by_class.setdefault(enrolment.school_class_id, []).append(enrolment)
    found: dict[int, dict[int, Enrolment]] = {}
    for student, school_class in classes:
        for enrolment in by_class.get(school_class, []):
            found.setdefault(student, {}).setdefault(enrolment.person_id, enrolment)
    return found


def _teacher_shown(enrolment: Enrolment) -> Shown:
    title = enrolment.school_class.title
    is_homeroom = enrolment.is_primary and enrolment.school_class.class_type == "homeroom"
    return Shown(
        person=enrolment.person,
        seat="teacher",
        org_type=enrolment.school.type,
        homeroom=title if is_homeroom else None,
        teaches=title,
    )


def _schools_of(student_ids: set[int]) -> dict[int, Org]:
    """Each student's school; the main one, should there be two."""
    roles = live_roles().filter(role="student", person__in=student_ids).select_related("org")
    found: dict[int, Org] = {}
    for role in roles.order_by("-is_primary", "pk"):
        found.setdefault(role.person_id, role.org)
    return found
