"""Begins a conversation about a child: room, seats and first message together, or nothing."""

import uuid
from dataclasses import dataclass

from django.db import transaction

from realtime import publish, refresh_access
from realtime.errors import BadInput, NotFound
from registry.models import Person
from registry.selectors import OFFICE_ROLES, live_enrolments, live_roles
from rooms import roster, turns
from rooms.actions import Written, post_message
from rooms.carrying import PLAIN, Carried
from rooms.events import RoomOpened
from rooms.kinds.thread import Thread, key_of
from rooms.models import Member, Room


@dataclass(frozen=True, slots=True)
class Sides:
    """Between whom: no teacher means the school's office."""

    student_id: int
    guardian_id: int
    teacher_id: int | None


@transaction.atomic
def start_thread(
    author: Person, sides: Sides, *, body: str, client_message_id: uuid.UUID, carried: Carried = PLAIN
) -> tuple[Room, Written]:
    """The thread between these sides with this message in it; made if it is not there. To anyone who has no seat in it,
    and for sides whom the registry does not bring together, there is no such thread."""
    # Before anything is written: the commonest refusals need no room.
    carried.accept(body)
    if sides.guardian_id == sides.teacher_id:
        raise BadInput(field="teacher")
    turns.take_share()
    room = _room(author, sides)
    difference = roster.revise_rooms([room.pk])
    if not Member.objects.filter(room=room, person=author).exists():
        raise NotFound
    if difference:
        refresh_access(difference.people)
        for person in sorted(difference.people):
            publish(f"person.{person}", RoomOpened(room=room.pk))
    return room, post_message(author, room.pk, body=body, client_message_id=client_message_id, carried=carried)


def _room(author: Person, sides: Sides) -> Room:
    org_id = _school_by_class(sides) if sides.teacher_id else _school_by_role(author, sides)
    if org_id is None:
        raise NotFound
    room, _made = Room.objects.get_or_create(
        key=key_of(sides.student_id, sides.guardian_id, sides.teacher_id, org_id),
        defaults={
            "kind": Thread.slug,
            "org_id": org_id,
            "student_id": sides.student_id,
            "guardian_id": sides.guardian_id,
            "teacher_id": sides.teacher_id,
        },
    )
    return room


def _school_by_class(sides: Sides) -> int | None:
    """The school of a class in which the teacher teaches the child."""
    classes = live_enrolments().filter(role="student", person=sides.student_id).values("school_class")
    taught = live_enrolments().filter(role="teacher", person=sides.teacher_id, school_class__in=classes)
    return taught.order_by("-is_primary", "pk").values_list("school", flat=True).first()


def _school_by_role(author: Person, sides: Sides) -> int | None:
    """The child's school. Should there be two: the one in whose office the author sits, else the main one."""
    schools = live_roles().filter(role="student", person=sides.student_id).order_by("-is_primary", "pk")
    attended = list(schools.values_list("org", flat=True))
    offices = live_roles().filter(person=author, role__in=OFFICE_ROLES, org__in=attended).values_list("org", flat=True)
    held = set(offices) if author.pk != sides.guardian_id else set()
    return next((org for org in attended if org in held), attended[0] if attended else None)
