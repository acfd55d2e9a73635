"""How a person is shown in a room: name, form of address, and what they are to this class or child."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from registry.models import Enrolment, GuardianLink, Org, Person, Role
from registry.models.record import Status
from rooms.kinds.staff import HEAD_ROLES

ROLE_OF_SEAT = {"teacher": "teacher", "guardian": "guardian", "pupil": "student"}
# Cô and Thầy are how school people are spoken to; an officer of a department is not.
ADDRESSES = {"female": "Cô", "male": "Thầy"}
ADDRESSED_SEATS = frozenset({"office", "head", "staff"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A person in a seat, with what the label needs."""

    person: Person
    seat: str
    org_type: str
    homeroom: str | None = None
    teaches: str | None = None
    child: str | None = None
    unit: str | None = None

    def ref(self) -> dict[str, Any]:
        """PersonRef, in the active language."""
        return {
            "id": self.person.pk,
            "name": self.person.name,
            "address": self.address(),
            "label": self.label(),
            "role": ROLE_OF_SEAT.get(self.seat, "staff"),
        }

    def address(self) -> str:
        """ "Cô", "Thầy", or nothing."""
        at_school = self.seat in ADDRESSED_SEATS and self.org_type == Org.Type.SCHOOL
        return ADDRESSES.get(self.person.gender, "") if self.seat == "teacher" or at_school else ""

    def called(self) -> str:
        """ "Cô Nguyễn Thị Lan" where there is a form of address, else the whole name."""
        address = self.address()
        return f"{address} {self.person.name}" if address else self.person.name

    def label(self) -> str:
        """What this person is here, in a few words."""
        match self.seat:
            case "teacher" if self.homeroom:
                return _("Homeroom teacher %(title)s") % {"title": self.homeroom}
            case "teacher":
                return _("Teacher %(title)s") % {"title": self.teaches or ""}
            case "guardian" if self.child:
                return _("Guardian of %(child)s") % {"child": self.child}
            case "guardian":
                return _("Guardian")
            case "pupil":
                return _("Pupil")
            case "office":
                return _("School office")
            case "unit_head":
                return ", ".join(part for part in (self.person.position, self.unit) if part)
        return self.person.position


def with_labels(rows: QuerySet[Any], *, person: str) -> QuerySet[Any]:
    """`rows` (of anything that has a room) with what the labels of `person` need, in the same statement."""
    who = OuterRef(person)
    # A room's class, or the classes of the child that a thread is about: asked apart. With "or" between them no index was
    # of use, and beside an import the planner read every enrolment of a province for a label.
    taught = Enrolment.objects.filter(person=who, role="teacher", status=Status.ACTIVE).order_by("-pk")
    of_child = Enrolment.objects.filter(person=OuterRef(OuterRef("room__student")), role="student")
    here = taught.filter(school_class=OuterRef("room__school_class"))
    of_childs = taught.filter(school_class__in=of_child.values("school_class"))
    childs = Enrolment.objects.filter(person=OuterRef("student"), school_class=OuterRef(OuterRef("room__school_class")))
    children = GuardianLink.objects.filter(guardian=who).order_by("pk")
    in_class, spoken_of = children.filter(Exists(childs)), children.filter(student=OuterRef("room__student"))
    unit = Role.objects.filter(
        person=who, role__in=HEAD_ROLES, org__above__depth=1, org__above__ancestor=OuterRef("room__org")
    )
    is_homeroom = Q(is_primary=True, school_class__class_type="homeroom")
    labelled: QuerySet[Any] = rows.select_related(person, "room__org").annotate(
        shown_homeroom=_first("school_class__title", here.filter(is_homeroom), of_childs.filter(is_homeroom)),
        shown_teaches=_first("school_class__title", here, of_childs),
        shown_child=_first("student__given_name", spoken_of, in_class),
        shown_unit=Subquery(unit.order_by("pk").values("org__name")[:1]),
    )
    return labelled


def _first(column: str, *found: QuerySet[Any]) -> Coalesce:
    """The column of the first row of the first of these in which there is one."""
    return Coalesce(*(Subquery(rows.values(column)[:1]) for rows in found))


def shown(row: Any, *, person: Person, seat: str) -> Shown:
    """How `person` is shown, from a row that went through with_labels()."""
    return Shown(
        person=person,
        seat=seat,
        org_type=row.room.org.type,
        homeroom=row.shown_homeroom,
        teaches=row.shown_teaches,
        child=row.shown_child,
        unit=row.shown_unit,
    )
