"""Rows of the package, one function a file; bulk rows leave status and dateLastModified empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .names import FullName
from .people import Person, Pupil
from .school_year import SchoolYear, Session
from .text import slug
from .tree import Org, SchoolClass

Row = Sequence[str]


def session_row(session: Session, year: SchoolYear) -> Row:
    # OneRoster names a school year by the year in which it ends.
    dates = (session.start.isoformat(), session.end.isoformat())
    return (session.sourced_id, "", "", session.title, session.type, *dates, session.parent, str(year.start + 1))


def org_row(org: Org) -> Row:
    history = ",".join(str(link) for link in org.parents)
    dates = (org.valid_from, org.valid_to)
    return (org.sourced_id, "", "", org.name, org.type, org.identifier, org.parent, org.level, *dates, history)


def homeroom_course(each: SchoolClass) -> str:
    return f"lop-{each.stage.slug}-{each.grade.code.lower()}"


def subject_course(each: SchoolClass, subject: str) -> str:
    return f"mon-{slug(subject)}-{each.stage.slug}-{each.grade.code}"


def homeroom_course_row(each: SchoolClass, year: SchoolYear, root: Org) -> Row:
    adults = " GDTX" if each.stage.slug == "gdtx" else ""
    title = f"Nhóm lớp {each.grade.label}" if each.stage.slug == "mam-non" else f"Lớp {each.grade.label}{adults}"
    course = homeroom_course(each)
    return (course, "", "", year.sourced_id, title, course, each.grade.code, root.sourced_id, "", "")


def subject_course_row(each: SchoolClass, subject: str, *, year: SchoolYear, root: Org) -> Row:
    course, title = subject_course(each, subject), f"{subject} {each.grade.label}"
    code = slug(subject).upper()
    return (course, "", "", year.sourced_id, title, course, each.grade.code, root.sourced_id, subject, code)


def homeroom_class_row(each: SchoolClass, year: SchoolYear) -> Row:
    school = each.school.sourced_id
    course = homeroom_course(each)
    head = (each.sourced_id, "", "", each.title, each.grade.code, course, each.code, "homeroom", "", school)
    return (*head, year.sourced_id, "", "", "")


def subject_class_row(each: SchoolClass, subject: str, year: SchoolYear) -> Row:
    school, code = each.school.sourced_id, slug(subject).upper()
    title, class_code = f"{subject} {each.title}", f"{each.code}-{code}"
    course, sourced_id = subject_course(each, subject), subject_class_id(each, subject)
    head = (sourced_id, "", "", title, each.grade.code, course, class_code, "scheduled", "", school)
    return (*head, year.sourced_id, subject, code, "")


def subject_class_id(each: SchoolClass, subject: str) -> str:
    return f"{each.sourced_id}.{slug(subject)}"


def pupil_row(pupil: Pupil) -> Row:
    agents = ",".join(held.guardian.sourced_id for held in pupil.guardians)
    relations = ",".join(f"{held.guardian.sourced_id}:{held.relation}" for held in pupil.guardians)
    grade, school = pupil.school_class.grade.code, pupil.school_class.school.sourced_id
    return (
        *_user_head(pupil.sourced_id, pupil.username, pupil.name),
        *(pupil.identifier, "", "", "", agents, grade, "", "", "", "", "", "", school, ""),
        *(relations, "true" if pupil.separate else "", "", ""),
    )


def person_row(person: Person) -> Row:
    return (
        *_user_head(person.sourced_id, person.username, person.name),
        *(person.identifier, person.email, person.phone, person.phone, ",".join(person.wards)),
        *("", "", "", "", "", "", "", person.org, ""),
        *("", "", person.position, person.gender),
    )


def _user_head(sourced_id: str, username: str, name: FullName) -> Row:
    return (sourced_id, "", "", "true", username, "", name.given, name.family, name.middle)


def role_rows(person: Person) -> Iterator[Row]:
    for held in person.roles:
        kind = "primary" if held.primary else "secondary"
        yield _role_row(person.sourced_id, held.org, held.role, kind=kind, begins=held.begins)


def pupil_role_row(pupil: Pupil) -> Row:
    return _role_row(pupil.sourced_id, pupil.school_class.school.sourced_id, "student", kind="primary")


def _role_row(user: str, org: str, role: str, *, kind: str, begins: str = "") -> Row:
    return (f"{user}.{org}.{role}", "", "", user, kind, role, begins, "", org, "")


def enrolment_row(class_id: str, school: str, user: str, *, role: str, primary: str = "") -> Row:
    return (f"{class_id}.{user}", "", "", class_id, school, user, role, primary, "", "")
