"""Turns a province and its people into the rows of the package."""

from __future__ import annotations

from collections import defaultdict

from . import rows
from .households import Household
from .package import PackageWriter
from .people import Person, Pupil, Teaching
from .school_year import SchoolYear
from .tree import SchoolClass, Tree


class Register:
    """Writes what it is shown. With ``subjects`` each subject of a homeroom class is a class as well."""

    def __init__(self, package: PackageWriter, tree: Tree, year: SchoolYear, *, subjects: bool) -> None:
        self._package, self._tree, self._year, self._subjects = package, tree, year, subjects
        self._courses: set[str] = set()
        self._taught: dict[str, list[str]] = defaultdict(list)

    def structure(self) -> None:
        """Sessions, orgs and homeroom classes with their courses."""
        for session in self._year.sessions():
            self._package.write("academicSessions", rows.session_row(session, self._year))
        for org in self._tree.orgs():
            self._package.write("orgs", rows.org_row(org))
        for school in self._tree.schools:
            for each in school.classes:
                self._course(rows.homeroom_course_row(each, self._year, self._tree.root))
                self._package.write("classes", rows.homeroom_class_row(each, self._year))

    def person(self, person: Person) -> None:
        self._package.write("users", rows.person_row(person))
        for row in rows.role_rows(person):
            self._package.write("roles", row)

    def teachings(self, teachings: list[Teaching]) -> None:
        """Teachers in their classes; forgets the classes of the district before."""
        self._taught.clear()
        for teaching in teachings:
            each = teaching.school_class
            self._enrol(each.sourced_id, each, teaching.teacher, primary=teaching.homeroom)
            if self._subjects:
                for subject in teaching.subjects:
                    self._subject_class(each, subject, teaching.teacher)

    def household(self, household: Household) -> None:
        for pupil in household.pupils:
            self._pupil(pupil)
        for guardian in household.guardians:
            self.person(guardian)

    def _pupil(self, pupil: Pupil) -> None:
        self._package.write("users", rows.pupil_row(pupil))
        self._package.write("roles", rows.pupil_role_row(pupil))
        each = pupil.school_class
        for class_id in (each.sourced_id, *self._taught[each.sourced_id]):
            row = rows.enrolment_row(class_id, each.school.sourced_id, pupil.sourced_id, role="student")
            self._package.write("enrollments", row)

    def _enrol(self, class_id: str, each: SchoolClass, teacher: Person, *, primary: bool) -> None:
        word = "true" if primary else "false"
        school = each.school.sourced_id
        row = rows.enrolment_row(class_id, school, teacher.sourced_id, role="teacher", primary=word)
        self._package.write("enrollments", row)

    def _subject_class(self, each: SchoolClass, subject: str, teacher: Person) -> None:
        self._course(rows.subject_course_row(each, subject, year=self._year, root=self._tree.root))
        self._package.write("classes", rows.subject_class_row(each, subject, self._year))
        class_id = rows.subject_class_id(each, subject)
        self._enrol(class_id, each, teacher, primary=True)
        self._taught[each.sourced_id].append(class_id)

    def _course(self, row: rows.Row) -> None:
        if row[0] not in self._courses:
            self._courses.add(row[0])
            self._package.write("courses", row)
