"""An organisation and everything below it today: guardians, students, teachers, staff, or some of them."""

from typing import Any, Self

from django.db.models import (
    Aggregate,
    BigIntegerField,
    Case,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce

from broadcasts.audiences.base import Audience
from broadcasts.models import Role
from broadcasts.sql import Sql, sql_of
from registry.lists import these
from registry.models import Org, OrgClosure, SchoolClass
from registry.models import Role as RegistryRole
from registry.selectors import (
    STAFF_ROLES,
    enrolments_in_time,
    live_guardian_links,
    live_orgs,
    live_roles,
    of_age,
    roles_in_time,
)

# Units inside a school: whoever belongs to one counts for the school.
INSIDE_A_SCHOOL = [Org.Type.DEPARTMENT, Org.Type.BRANCH]
# Of so many schools that it is quicker to read all the registry has and join it than to look at pupils one by one.
OF_MANY_SCHOOLS = {Org.Type.NATIONAL, Org.Type.STATE, Org.Type.DISTRICT}
IN_ROLE = {Role.TEACHERS: {"teacher"}, Role.STAFF: STAFF_ROLES - {"teacher"}}


class OrgAudience(Audience):
    """Everyone with a live role in the org or below it, by role; guardians through their children's schools."""

    slug = "org"
    place = "org"

    @classmethod
    def find(cls, subject: int) -> Self | None:
        """The org, if it exists today."""
        org = live_orgs().filter(pk=subject).first()
        return cls(org=org) if org else None

    @property
    def title(self) -> str:
        """The org's name."""
        return self.org.name

    def classes(self) -> QuerySet[SchoolClass]:
        """Those of every school in the subtree."""
        return SchoolClass.objects.filter(school__in=self._below())

    def pupils(self) -> QuerySet[Any, Any]:
        """Pupils of every school in the subtree."""
        of_an_age = Case(When(of_age("person__"), then=1), default=0, output_field=IntegerField())
        roles = live_roles().filter(role="student")
        return self._placed(roles, may_have_account=Max(of_an_age))

    def homerooms(self) -> QuerySet[Any, Any]:
        """Their homeroom classes; the first of several. That they are pupils there, pupils() says."""
        homerooms = SchoolClass.objects.filter(class_type="homeroom")
        if self.org.type not in OF_MANY_SCHOOLS:
            homerooms = homerooms.filter(school__in=self._below())
        # Named one by one: joined, every enrolment in every subject of a province was read, nine of ten for nothing.
        named = these(list(homerooms.values_list("pk", flat=True)))
        enrolled = enrolments_in_time().filter(role="student", school_class__in=named)
        return enrolled.values("person_id", unit_id=F("school_class__school_id")).annotate(class_id=Min("school_class"))

    def links(self) -> Sql:
        """All there are, joined; of a school's or a commune's pupils one by one."""
        if self.org.type in OF_MANY_SCHOOLS:
            return super().links()
        pupils = live_roles().filter(role="student", org__in=self._below()).values("person_id")
        return sql_of(live_guardian_links().filter(student__in=pupils).values("guardian_id", "student_id"))

    def staff(self, role: Role) -> QuerySet[Any, Any]:
        """Those who teach, or those on the staff who hold another role; their unit is where they do."""
        return self._placed(roles_in_time().filter(role__in=IN_ROLE[role]))

    def _placed(self, roles: QuerySet[RegistryRole], **more: Aggregate) -> QuerySet[Any, Any]:
        """One row a person: the school or office of their primary role here, else the first of the others."""
        placed = roles.filter(org__in=self._below()).annotate(unit=_unit()).values("person_id")
        first = Coalesce(Min("unit", filter=Q(is_primary=True)), Min("unit"), output_field=BigIntegerField())
        return placed.annotate(unit_id=first, **more)

    def _below(self) -> QuerySet[Any, Any]:
        return OrgClosure.objects.filter(ancestor=self.org).values("descendant")


def _unit() -> Case:
    school = OrgClosure.objects.filter(descendant=OuterRef("org"), ancestor__type=Org.Type.SCHOOL).order_by("depth")
    around = Coalesce(Subquery(school.values("ancestor")[:1]), F("org_id"), output_field=BigIntegerField())
    return Case(When(org__type__in=INSIDE_A_SCHOOL, then=around), default=F("org_id"), output_field=BigIntegerField())
