"""A thread about one child, between one guardian and one of its teachers or the school's office."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.denies import kin
from registry.models import Enrolment, Role
from registry.selectors import OFFICE_ROLES, live_enrolments, live_guardian_links, live_roles
from rooms.kinds.base import ENROLMENT, LINK, ROLE, Fact, Ground, Per, Right, RoomKind, Scope, facts_of
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

        def links(found: Collection[Room]) -> Iterator[Fact]:
            return _links_behind(found, day)

        def lessons(found: Collection[Room]) -> Iterator[Fact]:
            return _lessons_behind(found, day)

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


def _links_behind(rooms: Collection[Room], day: dt.date) -> Iterator[Fact]:
    """Of each room the link of its guardian and its child."""
    pairs: dict[tuple[int | None, int | None], list[int]] = defaultdict(list)
    for room in rooms:
        pairs[room.guardian_id, room.student_id].append(room.pk)
    links = live_guardian_links(day).filter(
        guardian__in={guardian for guardian, _student in pairs}, student__in={student for _guardian, student in pairs}
    )
    for guardian, fact in facts_of(links, "guardian", LINK):
        for room_id in pairs.get((guardian, fact["student"]), []):
            yield room_id, fact


def _lessons_behind(rooms: Collection[Room], day: dt.date) -> Iterator[Fact]:
    """Of each room the classes of its child that its teacher teaches."""
    attended: dict[int | None, set[int]] = defaultdict(set)
    enrolled = live_enrolments(day).filter(role="student", person__in={room.student_id for room in rooms})
    for student, school_class in enrolled.values_list("person", "school_class"):
        attended[student].add(school_class)
    taught: dict[int, list[dict[str, Any]]] = defaultdict(list)
    teaching = live_enrolments(day).filter(
        role="teacher",
        person__in={room.teacher_id for room in rooms},
        school_class__in=set().union(*attended.values()),
    )
    for teacher, fact in facts_of(teaching, "person", ENROLMENT):
        taught[teacher].append(fact)
    for room in rooms:
        for fact in taught[room.teacher_id or 0]:
            if fact["school_class"] in attended[room.student_id]:
                yield room.pk, fact


def _teaching(day: dt.date) -> QuerySet[Enrolment]:
    """Live teacher enrolments of the outer room's teacher in a live class of its child, homeroom or scheduled."""
    childs = live_enrolments(day).filter(role="student", person=OuterRef(OuterRef("student"))).values("school_class")
    return live_enrolments(day).filter(role="teacher", person=OuterRef("teacher"), school_class__in=childs)


def _attending(day: dt.date) -> QuerySet[Role]:
    """The outer room's child as a student of the room's school."""
    return live_roles(day).filter(role="student", person=OuterRef("student"), org=OuterRef("org"))
