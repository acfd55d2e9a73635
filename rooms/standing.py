"""Which rooms stand: one for each live class and org, threads while anybody has a seat; the others are archived."""

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from registry.models import Org, SchoolClass
from registry.selectors import live_classes, live_orgs
from rooms.kinds import Per, kinds
from rooms.models import Room
from rooms.wanted import WantedSeats


def roomed_classes(day: dt.date) -> QuerySet[SchoolClass]:
    """Live classes that have rooms: homeroom classes, and all classes of a school that has none (decision 25)."""
    homerooms = live_classes(day).filter(class_type=SchoolClass.Type.HOMEROOM)
    has_homerooms = Exists(homerooms.filter(school=OuterRef("school")))
    return live_classes(day).filter(Q(class_type=SchoolClass.Type.HOMEROOM) | ~has_homerooms)


def match_rooms(day: dt.date) -> set[int]:
    """Make rooms that live classes and orgs lack, reopen those that came back, archive those of dead ones. Which."""
    changed: set[int] = set()
    for kind in kinds():
        if kind.per is Per.CLASS:
            changed |= _match(kind.slug, Per.CLASS, roomed_classes(day)) | _follow(kind.slug)
        elif kind.per is Per.ORG:
            changed |= _match(kind.slug, Per.ORG, live_orgs(day))
    return changed


def match_threads(room_ids: set[int] | None, seats: WantedSeats) -> set[int]:
    """Archive threads in which nobody has a seat any more, reopen those whose right came back. Which changed."""
    threads = Room.objects.filter(kind__in=[kind.slug for kind in kinds() if kind.per is Per.MESSAGE])
    if room_ids is not None:
        threads = threads.filter(pk__in=room_ids)
    states = dict(threads.values_list("pk", "state"))
    standing = seats.rooms(set(states))
    ended = {pk for pk, state in states.items() if state == Room.State.OPEN and pk not in standing}
    back = {pk for pk, state in states.items() if state == Room.State.ARCHIVED and pk in standing}
    return _set_state(ended, Room.State.ARCHIVED) | _set_state(back, Room.State.OPEN)


def _match(kind: str, per: Per, owners: QuerySet[SchoolClass] | QuerySet[Org]) -> set[int]:
    column = f"{per.value}_id"
    state_of = {
        owner: (pk, state) for pk, owner, state in Room.objects.filter(kind=kind).values_list("pk", column, "state")
    }
    living = set(owners.values_list("pk", flat=True))
    dead = {pk for owner, (pk, state) in state_of.items() if state == Room.State.OPEN and owner not in living}
    back = {pk for owner, (pk, state) in state_of.items() if state == Room.State.ARCHIVED and owner in living}
    made = _make(kind, per, sorted(living - set(state_of)))
    return made | _set_state(dead, Room.State.ARCHIVED) | _set_state(back, Room.State.OPEN)


def _follow(kind: str) -> set[int]:
    """A class that goes to another school takes its rooms along."""
    strayed = Room.objects.filter(kind=kind).exclude(org=F("school_class__school"))
    moved = dict(strayed.values_list("pk", "school_class__school"))
    for school in set(moved.values()):
        Room.objects.filter(pk__in=[pk for pk, to in moved.items() if to == school]).update(org=school)
    return set(moved)


def _make(kind: str, per: Per, owner_ids: list[int]) -> set[int]:
    if not owner_ids:
        return set()
    if per is Per.CLASS:
        schools = dict(SchoolClass.objects.filter(pk__in=owner_ids).values_list("pk", "school"))
        rooms = [Room(kind=kind, key=f"{kind}:{pk}", school_class_id=pk, org_id=schools[pk]) for pk in owner_ids]
    else:
        rooms = [Room(kind=kind, key=f"{kind}:{pk}", org_id=pk) for pk in owner_ids]
    return {room.pk for room in Room.objects.bulk_create(rooms, batch_size=2_000)}


def _set_state(room_ids: set[int], state: Room.State) -> set[int]:
    if room_ids:
        Room.objects.filter(pk__in=room_ids).update(state=state)
    return room_ids
