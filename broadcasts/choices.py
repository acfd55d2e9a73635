"""What an audience can be narrowed by: the levels, grades, classes and languages that are there, with how many."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from broadcasts.audiences import Audience
from broadcasts.narrowing import COMBINED, FIRST_LANGUAGE, GRADES
from broadcasts.selection import LEVELS
from broadcasts.sql import sql_of
from registry.models import Org, SchoolClass
from registry.selectors import live_classes, live_enrolments, live_roles


@dataclass(frozen=True, slots=True)
class LevelThere:
    """A level of schools, those that have it and their pupils of it."""

    level: str
    schools: int
    pupils: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What is there. `languages`: people of every role by the language of their account."""

    levels: list[LevelThere]
    grades: list[tuple[int, int]]
    classes: Sequence[SchoolClass]
    languages: list[tuple[str, int]]


def choices_in(audience: Audience) -> Choices:
    """What this org's audience can be narrowed by; classes only of a school: above it there are too many to choose from.
    Three statements, however large it is."""
    levels, grades = _levels_and_grades(audience)
    is_school = audience.org.type not in {Org.Type.NATIONAL, Org.Type.STATE, Org.Type.DISTRICT, Org.Type.LOCAL}
    return Choices(levels, grades, _classes(audience) if is_school else [], _languages(audience))


def _levels_and_grades(audience: Audience) -> tuple[list[LevelThere], list[tuple[int, int]]]:
    schools: dict[str, set[int]] = defaultdict(set)
    of_level: Counter[str] = Counter()
    of_grade: Counter[int] = Counter()
    pupils = sql_of(audience.pupils())
    with connection.cursor() as cursor:
        cursor.execute(PUPILS.format(pupils=pupils.text), pupils.params)
        for school, school_level, written, count in cursor.fetchall():
            grade = _grade(written)
            if grade:
                of_grade[grade] += count
            for level in COMBINED.get(school_level, (school_level,)):
                schools[level].add(school)
                if school_level not in COMBINED or grade is None or grade in GRADES[level]:
                    of_level[level] += count
    levels = [LevelThere(level, len(schools[level]), of_level[level]) for level in LEVELS if level in schools]
    return levels, sorted(of_grade.items())


def _grade(written: str) -> int | None:
    is_number = written.isascii() and written.isdigit() and len(written) <= 2
    return int(written) if is_number and 1 <= int(written) <= 12 else None


def _classes(audience: Audience) -> Sequence[SchoolClass]:
    """Homeroom classes, or all where there are none, each with its `pupils`."""
    enrolled = live_enrolments().filter(role="student", school_class=OuterRef("pk")).order_by().values("school_class")
    pupils = Coalesce(Subquery(enrolled.annotate(people=Count("person", distinct=True)).values("people")), 0)
    running = live_classes().filter(pk__in=audience.classes().values("pk")).annotate(pupils=pupils)
    found = list(running.order_by("grade", "title", "pk"))
    homerooms = [one for one in found if one.class_type == SchoolClass.Type.HOMEROOM]
    return homerooms or found


def _languages(audience: Audience) -> list[tuple[str, int]]:
    there = live_roles().filter(org__above__ancestor=audience.org)
    language = Coalesce(F("person__account__language"), Value(FIRST_LANGUAGE))
    counted = there.order_by().values(language=language).annotate(people=Count("person", distinct=True))
    return sorted(counted.values_list("language", "people"), key=lambda one: -one[1])


PUPILS = """
    WITH pupil(person_id, unit_id, may_have_account) AS ({pupils})
    SELECT school.id, school.school_level, person.grade, COUNT(*)
    FROM pupil
    JOIN registry_person AS person ON person.id = pupil.person_id
    JOIN registry_org AS school ON school.id = pupil.unit_id
    GROUP BY school.id, school.school_level, person.grade
"""
