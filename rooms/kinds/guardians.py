"""The guardians' room of a class: its teachers and the guardians of its pupils; no pupils."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.selectors import live_enrolments, live_guardian_links
from rooms.kinds.base import LINK, Ground, Per, Right, RoomKind, Scope
from rooms.kinds.school_class import OBSERVER_ROLES, enrolled
from rooms.models import Room


class Guardians(RoomKind):
    slug = "guardians"
    label = gettext_lazy("Guardians of a class")
    per = Per.CLASS
    seats_stand_apart = True
    grants = {
        "teacher": Right.READ | Right.POST | Right.MODERATE,
        "guardian": Right.READ | Right.POST,
        "observer": Right.READ,
    }
    sees_receipts = frozenset({"teacher"})

    def grounds(self, rooms: Scope, day: dt.date) -> Iterator[Ground]:
        """The class's live teachers and observers, and the guardians of its live pupils of any age."""
        here = live_enrolments(day).filter(rooms.at("school_class__rooms"))
        yield enrolled("teacher", here.filter(role="teacher"))
        # One filter: the enrolment that must be live and the one whose room is taken are the same row.
        links = live_guardian_links(day).filter(
            rooms.at("student__enrolments__school_class__rooms"),
            student__enrolments__in=live_enrolments(day).filter(role="student"),
        )
        where = "student__enrolments__school_class__rooms"
        facts = LINK | {"enrolment": "student__enrolments"}
        yield Ground("guardian", links, where, "guardian", "guardian_link", facts)
        yield enrolled("observer", here.filter(role__in=OBSERVER_ROLES))

    def title(self, room: Room) -> str:
        """ "Guardians of 7A"."""
        return _("Guardians of %(title)s") % {"title": room.school_class.title if room.school_class else ""}
