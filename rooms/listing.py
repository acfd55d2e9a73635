"""Room as its reader sees it: the list of rooms, and one room. At most six queries, however many rooms, and one more where
one has pins."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from registry import shapes
from registry.models import Enrolment, Person
from registry.selectors import live_enrolments, live_roles
from rooms import policy, selectors
from rooms.archives import archives_open_to
from rooms.kinds import KEEPER, Per, kind_named
from rooms.models import Member, Room
from rooms.people import Shown, shown
from rooms.pinned import has_pins, live_pins, told_pins
from rooms.serializers import last_json, room_frame


@dataclass(frozen=True, slots=True)
class Around:
    """What the rooms of one answer have around them, read for all of them at once."""

    last: dict[int, Any]
    others: dict[int, list[Any]]
    classes: dict[int, Enrolment]
    pins: dict[int, list[Any]]


def rooms_for(person: Person) -> list[dict[str, Any]]:
    """Every room this person may see now, the liveliest first; rooms by rule also when they were never opened."""
    seats = [*selectors.seats_of(person), *unopened_near(person)]
    seats.sort(key=lambda seat: (seat.room.last_posted_at or seat.room.created_at, seat.room_id), reverse=True)
    around = _around(person, seats)
    return [_room_json(seat, around) for seat in seats]


def archives_for(person: Person, *, before: int | None, limit: int) -> dict[str, Any]:
    """The rooms of ended orgs that this person may read, a page of them; empty for nearly everybody."""
    rooms, complete = archives_open_to(person, before=before, limit=limit)
    seats = [_unopened(Member(room=room, person=person, seat=KEEPER)) for room in rooms]
    around = _around(person, seats)
    return {"rooms": [_room_json(seat, around) for seat in seats], "complete": complete}


def room_for(person: Person, room_id: int) -> dict[str, Any]:
    """One room as this person sees it; NotFound for strangers."""
    seat: Any = selectors.seats_of(person).filter(room=room_id).first() if room_id in policy.NUMBERS else None
    if seat is None:
        seat = _unopened(policy.find(person, room_id).member)
    return _room_json(seat, _around(person, [seat]))


def unopened_near(person: Person) -> list[Any]:
    """Places in rooms by rule of one's own orgs and of those above. Those further down are opened by their address: an
    officer's list does not begin with four hundred schools."""
    orgs = live_roles().filter(person=person).values("org")
    near = [rooms.filter(org__below__descendant__in=orgs) for rooms in policy.open_by_rule(person)]
    return [
        _unopened(Member(room=room, person=person, seat=room.rule_seat))
        for rooms in near
        for room in rooms.exclude(members__person=person).distinct()
    ]


def _unopened(seat: Any) -> Any:
    """A place without a row, with what selectors.seats_of() adds to rows: all that was ever said in an open room waits."""
    is_open = seat.room.state == Room.State.OPEN
    seat.unread, seat.member_count, seat.has_companion = seat.room.last_seq if is_open else 0, 0, False
    return seat


def _around(person: Person, seats: list[Any]) -> Around:
    threads = {seat.room_id: seat.room for seat in seats if kind_named(seat.room.kind).per is Per.MESSAGE}
    others: dict[int, list[Any]] = defaultdict(list)
    if threads:
        for other in selectors.others_in_threads(person, list(threads)):
            others[other.room_id].append(other)
    return Around(
        last={message.room_id: message for message in selectors.last_messages([seat.room_id for seat in seats])},
        others=others,
        classes=classes_of({room.student_id for room in threads.values() if room.student_id}),
        pins=live_pins([seat.room_id for seat in seats if has_pins(seat.room)]),
    )


def classes_of(student_ids: set[int]) -> dict[int, Enrolment]:
    """Each student's live enrolment in the class that is theirs: the homeroom class where there is one."""
    if not student_ids:
        return {}
    found: dict[int, Enrolment] = {}
    enrolments = live_enrolments().filter(person__in=student_ids, role="student")
    # "homeroom" before "scheduled": the alphabet happens to agree.
    for enrolment in enrolments.select_related("school_class", "school").order_by("school_class__class_type", "pk"):
        found.setdefault(enrolment.person_id, enrolment)
    return found


def about_child(student: Person) -> str:
    """What a guardian's conversation is about, in their words."""
    return _("about %(child)s") % {"child": student.given_name}


def child_json(student: Person, classes: dict[int, Enrolment]) -> dict[str, Any]:
    """Child, with the class and school that `classes_of` found."""
    enrolment = classes.get(student.pk)
    return shapes.child(student, *((enrolment.school_class, enrolment.school) if enrolment else (None, None)))


def _room_json(seat: Any, around: Around) -> dict[str, Any]:
    room: Room = seat.room
    kind = kind_named(room.kind)
    rights = policy.accompanied(kind, seat.seat, room, kind.rights(seat.seat, room), present=seat.has_companion)
    others = around.others.get(room.pk, [])
    other = _other_side(seat, others)
    last = around.last.get(room.pk)
    if last is not None and last.rev > room.head:
        # Said after the seat was found: it comes with its event, to those who may still hear it.
        last = None
    pins = told_pins([message for message in around.pins.get(room.pk, ()) if message.seq <= room.last_seq])
    return room_frame(room) | {
        "title": _title(room, seat.seat, other),
        "subtitle": _subtitle(room, seat.seat, other, around),
        "child": child_json(room.student, around.classes) if room.student else None,
        "with": other.ref() if other else None,
        "seat": seat.seat,
        "can": rights.names(),
        "have_seq": seat.have_seq,
        "read_seq": seat.read_seq,
        "unread": seat.unread,
        "member_count": seat.member_count,
        "last": last_json(last) if last else None,
        "others_read_seq": max((row.read_seq for row in others if row.seat != seat.seat), default=0),
        "others_have_seq": max((row.have_seq for row in others if row.seat != seat.seat), default=0),
        **pins,
    }


def _other_side(seat: Any, others: list[Any]) -> Shown | None:
    """The one person on a thread's other side; None where that is the office, and in other rooms."""
    facing = "teacher" if seat.seat == "guardian" else "guardian"
    rows = [row for row in others if row.seat == facing]
    return shown(rows[0], person=rows[0].person, seat=rows[0].seat) if rows else None


def _title(room: Room, seat: str, other: Shown | None) -> str:
    if kind_named(room.kind).per is not Per.MESSAGE:
        return kind_named(room.kind).title(room)
    return other.called() if other else _("School office")


def _subtitle(room: Room, seat: str, other: Shown | None, around: Around) -> str:
    """In a thread what the other is, and which child it is about; in a class room the school."""
    if room.student is None:
        return room.org.name if room.school_class else ""
    enrolment = around.classes.get(room.student_id or 0)
    about = [about_child(room.student)] if seat == "guardian" else [enrolment.school_class.title] if enrolment else []
    return " · ".join([other.label() if other else room.org.name, *about])
