"""A thread about one child, between one guardian and one of its teachers or the school's office."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.denies import kin
from registry.models import Enrolment, GuardianLink, Role
from registry.selectors import OFFICE_ROLES, live_enrolments, live_guardian_links, live_roles
from rooms.kinds.base import ENROLMENT, LINK, ROLE, Ground, Per, Right, RoomKind, Scope
from rooms.models import Room


class Thread(RoomKind):
    """Decision 24. Both seats fall together: with the guardian's link, or with what ties the child to the other."""

    slug = "thread"
    label = gettext_lazy("Conversation about a child")
    per = Per.MESSAGE
    # Guardian first: a teacher who is also the child's guardian sees the thread as guardian only.
    grants = {
        "guardian": Right.READ | Right.POST,
        "teacher": Right.READ | Right.POST,
        "office": Right.READ | Right.POST,
    }
    sees_receipts = frozenset(grants)
    is_private = True

    def grounds(self, rooms: Scope, day: dt.date) -> Iterator[Ground]:
        """The guardian while the link lives; the teacher while teaching the child; the office's people while the child
        is at the school. No guardian of the child ever sits on the other side."""
        linked = Exists(live_guardian_links(day).filter(guardian=OuterRef("guardian"), student=OuterRef("student")))
        threads = Room.objects.filter(rooms.at())
        taught = threads.filter(
            linked, Exists(_teaching(day)), ~kin(day, adult="teacher", student="student"), teacher__isnull=False
        )
        schooled = threads.filter(linked, Exists(_attending(day)), teacher__isnull=True)

        def links(room: Room) -> QuerySet[GuardianLink]:
            return live_guardian_links(day).filter(guardian=room.guardian_id, student=room.student_id)

        def lessons(room: Room) -> QuerySet[Enrolment]:
            return _taught_by(day, room.teacher_id, student=room.student_id)

        yield Ground("guardian", taught, "pk", "guardian", "guardian_link", LINK, behind=links)
        yield Ground("guardian", schooled, "pk", "guardian", "guardian_link", LINK, behind=links)
        yield Ground("teacher", taught, "pk", "teacher", "enrolment", ENROLMENT, behind=lessons)
        office = live_roles(day).filter(
            ~kin(day, adult="person", student="org__rooms__student"), role__in=OFFICE_ROLES, org__rooms__in=schooled
        )
        yield Ground("office", office, "org__rooms", "person", "role", ROLE)

    def title(self, room: Room) -> str:
        """ "About An"."""
        return _("About %(child)s") % {"child": room.student.given_name if room.student else ""}


def key_of(student_id: int, guardian_id: int, teacher_id: int | None, org_id: int) -> str:
    """The one name of the thread between these."""
    return f"thread:{student_id}:{guardian_id}:{teacher_id or f'office-{org_id}'}"


def _teaching(day: dt.date) -> QuerySet[Enrolment]:
    """Live teacher enrolments of the outer room's teacher in a live class of its child, homeroom or scheduled."""
    return _taught_by(day, OuterRef("teacher"), student=OuterRef(OuterRef("student")))


def _taught_by(day: dt.date, teacher: OuterRef | int | None, *, student: OuterRef | int | None) -> QuerySet[Enrolment]:
    childs = live_enrolments(day).filter(role="student", person=student).values("school_class")
    return live_enrolments(day).filter(role="teacher", person=teacher, school_class__in=childs)


def _attending(day: dt.date) -> QuerySet[Role]:
    """The outer room's child as a student of the room's school."""
    return live_roles(day).filter(role="student", person=OuterRef("student"), org=OuterRef("org"))
