"""Why somebody may see a room: every cause, told by the very queries that gave the seat, and every deny in the way."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from realtime.errors import NotFound
from registry.denies import in_force, same_humans
from registry.models import Enrolment, LocalOverride, OrgClosure, Person
from registry.selectors import heirs_of, may_speak_for, speaking_for, today
from rooms import policy
from rooms.kinds import KEEPER, Cause, Right, kind_named
from rooms.kinds.base import ROLE, told
from rooms.models import Room


@dataclass(frozen=True, slots=True)
class Why:
    """`seat` is None for who has none. Any one of the causes is enough for it. A deny may take one cause and leave another."""

    seat: str | None
    rights: Right
    causes: list[Cause]
    denies: list[LocalOverride]


def why(person: Person, room: Room, day: dt.date | None = None) -> Why:
    """All that gives this person a seat in this room today, and all that takes one."""
    on = day or today()
    try:
        place = policy.find(person, room.pk)
        seat, rights = place.member.seat, place.rights
    except NotFound:
        seat, rights = None, Right.NONE
    if seat == KEEPER:
        causes = list(told(KEEPER, "role", speaking_for(person.pk, heirs_of(room.org_id)), ROLE))
    else:
        causes = list(kind_named(room.kind).causes(room, person.pk, on))
    return Why(seat, rights, causes, _denies(person, room, on))


def room_asked_about(asker: Person, room_id: int) -> Room:
    """The room, for those who speak for its org or one above it; NotFound for everybody else."""
    found = Room.objects.filter(pk=room_id).select_related(*policy.RELATED).first()
    if found is None or not may_speak_for(asker.pk, heirs_of(found.org_id)):
        raise NotFound
    return found


def _denies(person: Person, room: Room, day: dt.date) -> list[LocalOverride]:
    """Those of this human that concern this room: about a child of it, or about an org that is its org's, above it or
    below it."""
    orgs = OrgClosure.objects.filter(Q(descendant=room.org_id) | Q(ancestor=room.org_id))
    near = set().union(*orgs.values_list("ancestor_id", "descendant_id"))
    children = {room.student_id} if room.student_id else set()
    if room.school_class_id:
        pupils = Enrolment.objects.filter(school_class=room.school_class_id, role="student")
        children |= set(pupils.values_list("person_id", flat=True))
    about = Q(student__in=same_humans(children)) | Q(student__isnull=True, org__isnull=True) | Q(org__in=near)
    theirs = in_force(day).filter(about, person__in=same_humans({person.pk}))
    return list(theirs.select_related("person", "student", "org", "made_by__person").order_by("pk"))
