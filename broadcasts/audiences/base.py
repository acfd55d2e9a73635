"""What an audience answers."""

from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.db import models

from broadcasts import narrowing
from broadcasts.correcting.holders import holders_of
from broadcasts.models import Role
from broadcasts.selection import EVERYBODY, Selection
from broadcasts.sql import Sql, sql_of, with_tables
from registry.models import Org, SchoolClass
from registry.pairs import guardian_pairs

registered: dict[str, type["Audience"]] = {}


@dataclass(frozen=True, kw_only=True)
class Audience(ABC):
    """People in an org and everything below it, or in one class: policy asks for rights over exactly these two. What
    `selection` says besides only narrows it."""

    slug: ClassVar[str]
    # Where the rows of pupils() and staff() say in which org or school one is.
    place: ClassVar[str]
    org: Org
    school_class: SchoolClass | None = None
    selection: Selection = EVERYBODY
    # Exactly those who hold this notice, whoever they are today: whom a correction of it reaches.
    holders_of: int | None = None

    def __init_subclass__(cls) -> None:
        registered[cls.slug] = cls

    @classmethod
    @abstractmethod
    def find(cls, subject: int) -> Self | None:
        """This audience around the org or class with that id, if it exists today."""

    @property
    @abstractmethod
    def title(self) -> str:
        """How a sender reads it."""

    @abstractmethod
    def classes(self) -> "models.QuerySet[SchoolClass]":
        """The classes in it."""

    @abstractmethod
    def pupils(self) -> "models.QuerySet[Any, Any]":
        """(person_id, unit_id, may_have_account) once a pupil; the unit is the pupil's school."""

    @abstractmethod
    def homerooms(self) -> "models.QuerySet[Any, Any]":
        """(person_id, unit_id, school_class_id) of at least those pupils: the class under which they are counted."""

    @abstractmethod
    def staff(self, role: Role) -> "models.QuerySet[Any, Any]":
        """(person_id, unit_id) of the teachers, or of the other staff; whether the people are live is asked of all that are
        concerned at once (concerned.py), and so of links()."""

    def rows(self, roles: Collection[str]) -> Sql:
        """Why each person is concerned, in one statement: (person_id, student_id, unit_id, school_class_id, guardians,
        students, teachers, staff), the last four 1 or 0. A guardian stands once for each child, or several times with the
        same row where the two hold several roles; everybody at most once for themselves."""
        if self.holders_of is not None:
            return holders_of(self.holders_of)
        rows, left = self._rows(roles), narrowing.of_recipients(self.selection)
        if left is None:
            return rows
        text = f"SELECT * FROM ({rows.text}) AS addressed WHERE {left.text}"  # noqa: S608  constants
        return Sql(text, rows.params + left.params)

    def _rows(self, roles: Collection[str]) -> Sql:
        tables: dict[str, Sql] = {}
        own: list[str] = []
        if Role.GUARDIANS in roles or Role.STUDENTS in roles:
            tables["pupil(person_id, unit_id, may_have_account)"] = sql_of(self._chosen_pupils())
            tables["homeroom(person_id, unit_id, school_class_id)"] = sql_of(self.homerooms())
            tables["placed(person_id, unit_id, school_class_id, may_have_account)"] = PLACED
        if Role.GUARDIANS in roles:
            tables["link(guardian_id, student_id)"] = self.links()
        if Role.STUDENTS in roles:
            own.append(STUDENTS)
        for role in (Role.TEACHERS, Role.STAFF):
            if role in roles:
                tables[f"{role}(person_id, unit_id)"] = sql_of(self._chosen_staff(role))
                own.append(COLLEAGUES.format(role=role, **{each: int(each == role) for each in Role.values}))
        selects = [GUARDIANS] if Role.GUARDIANS in roles else []
        if own:
            selects.append(OWN.format(own=" UNION ALL ".join(own)))
        return with_tables(tables, selects)

    def _chosen_pupils(self) -> "models.QuerySet[Any, Any]":
        return self.pupils().filter(narrowing.of_pupils(self.selection, self.classes(), self.place))

    def _chosen_staff(self, role: Role) -> "models.QuerySet[Any, Any]":
        return self.staff(role).filter(narrowing.of_colleagues(self.selection, role, self.classes(), self.place))

    def links(self) -> Sql:
        """(guardian_id, student_id) of at least those who are concerned."""
        return Sql(*guardian_pairs())


# Joined before anything else: how many these are is guessed well, how many links badly, and for a few the planner would
# compare each with every homeroom.
PLACED = Sql("""
    SELECT pupil.person_id, pupil.unit_id, homeroom.school_class_id, pupil.may_have_account FROM pupil
    LEFT JOIN homeroom ON homeroom.person_id = pupil.person_id AND homeroom.unit_id = pupil.unit_id
""")
GUARDIANS = """
    SELECT link.guardian_id AS person_id, placed.person_id AS student_id, placed.unit_id AS unit_id,
           placed.school_class_id AS school_class_id, 1 AS guardians, 0 AS students, 0 AS teachers, 0 AS staff
    FROM link JOIN placed ON placed.person_id = link.student_id
"""
# A teacher on the staff of two schools answers once: for the school that comes first. NULL is given a type: the first
# branches of a UNION would make it text.
OWN = """
    SELECT person_id, CAST(NULL AS bigint) AS student_id, MIN(unit_id) AS unit_id,
           MIN(school_class_id) AS school_class_id, 0 AS guardians, MAX(students) AS students,
           MAX(teachers) AS teachers, MAX(staff) AS staff
    FROM ({own}) AS own GROUP BY person_id
"""
STUDENTS = """
    SELECT person_id, unit_id, school_class_id, 1 AS students, 0 AS teachers, 0 AS staff
    FROM placed WHERE may_have_account = 1
"""
COLLEAGUES = """
    SELECT person_id, unit_id, CAST(NULL AS bigint) AS school_class_id,
           {students} AS students, {teachers} AS teachers, {staff} AS staff
    FROM {role}
"""
