"""One class: its guardians, students and teachers, or some of them."""

from typing import Any, Self

from django.db.models import Case, F, IntegerField, Max, Min, QuerySet, When

from broadcasts.audiences.base import Audience
from broadcasts.models import Role
from broadcasts.narrowing import IN_CLASS
from broadcasts.sql import Sql, sql_of
from registry.models import Enrolment, SchoolClass
from registry.selectors import live_classes, live_enrolments, live_guardian_links, of_age


class ClassAudience(Audience):
    """Everyone with a live enrolment in the class, and the guardians of its pupils."""

    slug = "class"
    place = "school"

    @classmethod
    def find(cls, subject: int) -> Self | None:
        """The class, if it runs today."""
        found = live_classes().select_related("school").filter(pk=subject).first()
        return cls(org=found.school, school_class=found) if found else None

    @property
    def title(self) -> str:
        """The class and its school."""
        return f"{self.school_class.title} · {self.org.name}" if self.school_class else self.org.name

    def classes(self) -> QuerySet[SchoolClass]:
        """This one."""
        return SchoolClass.objects.filter(pk__in=[self.school_class.pk] if self.school_class else [])

    def pupils(self) -> QuerySet[Any, Any]:
        """The class's pupils."""
        of_an_age = Case(
            When(of_age("person__", "school_class__school__"), then=1), default=0, output_field=IntegerField()
        )
        enrolled = self._enrolled({"student"}).values("person_id", unit_id=F("school_class__school_id"))
        return enrolled.annotate(may_have_account=Max(of_an_age))

    def homerooms(self) -> QuerySet[Any, Any]:
        """This class, whatever its type."""
        enrolled = self._enrolled({"student"})
        return enrolled.values("person_id", unit_id=F("school_class__school_id")).annotate(class_id=Min("school_class"))

    def staff(self, role: Role) -> QuerySet[Any, Any]:
        """Those who teach it, or who are enrolled to help or oversee."""
        enrolled = self._enrolled(IN_CLASS[role])
        return enrolled.values("person_id", unit_id=F("school_class__school_id")).distinct()

    def links(self) -> Sql:
        """The guardians of its pupils."""
        pupils = self._enrolled({"student"}).values("person_id")
        return sql_of(live_guardian_links().filter(student__in=pupils).values("guardian_id", "student_id"))

    def _enrolled(self, roles: set[str]) -> QuerySet[Enrolment]:
        return live_enrolments().filter(school_class=self.school_class, role__in=roles)
