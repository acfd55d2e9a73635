"""How a person is shown in a room: name, form of address, and what they are to this class or child."""

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
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
    taught = Enrolment.objects.filter(
        Q(school_class=OuterRef("room__school_class"))
        | Q(school_class__enrolments__person=OuterRef("room__student"), school_class__enrolments__role="student"),
        person=who,
        role="teacher",
        status=Status.ACTIVE,
    )
    childs_class = Q(student__enrolments__school_class=OuterRef("room__school_class"))
    children = GuardianLink.objects.filter(childs_class | Q(student=OuterRef("room__student")), guardian=who)
    unit = Role.objects.filter(
        person=who, role__in=HEAD_ROLES, org__above__depth=1, org__above__ancestor=OuterRef("room__org")
    )
    titles = taught.order_by("-pk").values("school_class__title")
    labelled: QuerySet[Any] = rows.select_related(person, "room__org").annotate(
        shown_homeroom=Subquery(titles.filter(is_primary=True, school_class__class_type="homeroom")[:1]),
        shown_teaches=Subquery(titles[:1]),
        shown_child=Subquery(children.order_by("pk").values("student__given_name")[:1]),
        shown_unit=Subquery(unit.order_by("pk").values("org__name")[:1]),
    )
    return labelled


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
