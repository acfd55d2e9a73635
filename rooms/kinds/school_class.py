"""A class room: its teachers lead, pupils old enough for an account read, and write while a teacher has opened it. A pupil
who would be alone there with one adult has no seat (decision 22)."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.selectors import live_enrolments, of_age
from rooms.kinds.base import ENROLMENT, Ground, Per, Right, RoomKind, Rows, Scope
from rooms.models import Room

OBSERVER_ROLES = ("administrator", "proctor")


class ClassRoom(RoomKind):
    slug = "class"
    label = gettext_lazy("Class")
    per = Per.CLASS
    grants = {
        "teacher": Right.READ | Right.POST | Right.MODERATE | Right.OPEN_TALK,
        "observer": Right.READ,
        "pupil": Right.READ,
    }
    accompanied = {"pupil": "teacher"}
    never_alone = "pupil"
    sees_receipts = frozenset({"teacher"})

    def grounds(self, rooms: Scope, day: dt.date) -> Iterator[Ground]:
        """The class's live teachers, observers, and pupils who are old enough for an account (decision 28)."""
        here = live_enrolments(day).filter(rooms.at("school_class__rooms"))
        yield enrolled("teacher", here.filter(role="teacher"))
        yield enrolled("observer", here.filter(role__in=OBSERVER_ROLES))
        yield enrolled("pupil", here.filter(of_age("person__", "school__"), role="student"))

    def rights(self, seat: str, room: Room) -> Right:
        """Pupils write only while a teacher has opened the talk; policy adds that a teacher must be in the room."""
        rights = super().rights(seat, room)
        if seat == "pupil" and room.is_talk_open and rights:
            rights |= Right.POST
        return rights

    def title(self, room: Room) -> str:
        """ "Class 7A"."""
        return _("Class %(title)s") % {"title": room.school_class.title if room.school_class else ""}


def enrolled(seat: str, rows: Rows) -> Ground:
    """A seat by enrolment in the room's class."""
    return Ground(seat, rows, "school_class__rooms", "person", "enrolment", ENROLMENT)
