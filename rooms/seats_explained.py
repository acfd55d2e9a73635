"""Every room of a person with the causes of the seat, and the rooms that only a deny keeps them from: what rooms/why.py tells
of one room, in the same few queries for 3 rooms and for 60."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from registry.denies import in_force, same_humans
from registry.models import Enrolment, LocalOverride, OrgClosure, Person
from registry.selectors import today
from rooms import policy
from rooms.kinds import Cause, Right, kind_named, kinds
from rooms.listing import unopened_near
from rooms.models import Member, Room


@dataclass(slots=True)
class Explained:
    """A room with why. `seat` is None where a deny is in the way: then the causes are those that would give one."""

    room: Room
    seat: str | None
    rights: Right
    causes: list[Cause]
    denies: list[LocalOverride] = field(default_factory=list)


def explain_all(person: Person, day: dt.date | None = None) -> list[Explained]:
    """The rooms in which this person has a seat, and those in which they had one were it not for the denies in force."""
    on = day or today()
    denies = _denies_of(person, on)
    seats = _seats(person)
    found = _explained(person, seats, on)
    if denies:
        had = {each.room.pk for each in found}
        found += [each for each in _but_for(denies, person, on) if each.room.pk not in had]
        _name_denies(found, denies)
    return sorted(found, key=lambda each: (each.seat is None, each.room.kind, each.room.pk))


def _seats(person: Person) -> dict[Room, str]:
    rows = Member.objects.filter(person=person, room__state=Room.State.OPEN).select_related(*_AROUND)
    return {member.room: member.seat for member in [*rows, *unopened_near(person)]}


_AROUND = tuple(f"room__{name}" for name in (*policy.RELATED, "guardian", "teacher"))


def _explained(person: Person, seats: dict[Room, str], day: dt.date) -> list[Explained]:
    causes = _causes(person, seats, day)
    present = _accompanied(seats)
    found = []
    for room, seat in seats.items():
        kind = kind_named(room.kind)
        rights = policy.accompanied(kind, seat, room, kind.rights(seat, room), present=room.pk in present)
        found.append(Explained(room, seat, rights, causes[room.pk]))
    return found


def _causes(person: Person, rooms: Iterable[Room], day: dt.date) -> dict[int, list[Cause]]:
    by_kind: dict[str, list[Room]] = defaultdict(list)
    for room in rooms:
        by_kind[room.kind].append(room)
    found: dict[int, list[Cause]] = defaultdict(list)
    for kind, its_rooms in by_kind.items():
        found.update(kind_named(kind).causes_in(its_rooms, person.pk, day))
    return found


def _accompanied(rooms: Collection[Room]) -> set[int]:
    """Those of the rooms in which somebody sits without whom others may not write."""
    companions = {seat for kind in kinds() for seat in kind.accompanied.values()}
    here = Member.objects.filter(room__in=[room.pk for room in rooms], seat__in=companions)
    return set(here.values_list("room", flat=True))


def _but_for(denies: Collection[LocalOverride], person: Person, day: dt.date) -> list[Explained]:
    """The rooms that there would be without these denies: tried out, and taken back before anybody sees it."""
    with transaction.atomic():
        LocalOverride.objects.filter(pk__in=[deny.pk for deny in denies]).update(ended_at=timezone.now())
        rooms = {member.room for member in unopened_near(person)} | _seated(person, day)
        causes = _causes(person, rooms, day)
        transaction.set_rollback(True)
    return [Explained(room, None, Right.NONE, causes[room.pk]) for room in rooms if causes[room.pk]]


def _seated(person: Person, day: dt.date) -> set[Room]:
    """The rooms in which the registry seats this person, whatever the members say."""
    ids: set[int] = set()
    for kind in kinds():
        if not kind.is_by_rule:
            for ground in kind.grounds(kind.scope(None), day):
                rows = ground.rows.filter(**{ground.person: person.pk})
                ids |= set(rows.values_list(ground.room, flat=True))
    return set(Room.objects.filter(pk__in=ids).select_related(*policy.RELATED, "guardian", "teacher"))


def _denies_of(person: Person, day: dt.date) -> list[LocalOverride]:
    theirs = in_force(day).filter(person__in=same_humans({person.pk}))
    return list(theirs.select_related("person", "student", "org", "made_by__person", "ended_by__person").order_by("pk"))


def _name_denies(found: list[Explained], denies: list[LocalOverride]) -> None:
    """To each room the denies that concern it: about one of its children, about an org near its own, or about everything."""
    rooms = [each.room for each in found]
    orgs = {deny.org_id for deny in denies if deny.org_id}
    pairs = OrgClosure.objects.filter(
        Q(descendant__in=orgs, ancestor__in={room.org_id for room in rooms})
        | Q(ancestor__in=orgs, descendant__in={room.org_id for room in rooms})
    )
    near = {frozenset(pair) for pair in pairs.values_list("ancestor_id", "descendant_id")}
    students = {deny.student_id: same_humans({deny.student_id}) for deny in denies if deny.student_id}
    everyone = set().union(*students.values())
    classes = {room.school_class_id for room in rooms if room.school_class_id}
    pupils = Enrolment.objects.filter(school_class__in=classes, role="student", person__in=everyone)
    inside = set(pupils.values_list("school_class_id", "person_id"))
    for each in found:
        room = each.room
        each.denies = [
            deny
            for deny in denies
            if (deny.org_id and frozenset({deny.org_id, room.org_id}) in near)
            or (deny.student_id is None and deny.org_id is None)
            or any(
                child == room.student_id or (room.school_class_id, child) in inside
                for child in students.get(deny.student_id or 0, ())
            )
        ]
