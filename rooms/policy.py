"""May this person do that in this room? Denies unless the kind grants; to a stranger there is no such room."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from realtime.errors import NotFound
from registry.models import OrgClosure, Person
from registry.selectors import heirs_of, may_speak_for, today
from rooms import people
from rooms.errors import MayNotModerate, MayNotPost, TalkClosed
from rooms.kinds import KEEPER, Right, RoomKind, kind_named, kinds
from rooms.models import Member, Room

# Anything else cannot be in the database; asking SQLite for it is an error of its own.
NUMBERS = range(1, 2**63)
RELATED = ("org", "school_class", "student")


@dataclass(frozen=True, slots=True)
class Place:
    """A person's place in a room: the room (locked if asked for), the seat, and what may be done from it now.

    Where the right is a rule and the person has not opened the room, and in an archive, `member` is not in the database.
    """

    room: Room
    member: Member
    rights: Right
    shown: people.Shown

    @property
    def kind(self) -> RoomKind:
        """The room's kind."""
        return kind_named(self.room.kind)


def can(person: Person, right: Right, room_id: int) -> bool:
    """Whether this person has the right in this room now."""
    try:
        return right in find(person, room_id).rights
    except NotFound:
        return False


def require(person: Person, right: Right, room_id: int, *, lock: bool = False) -> Place:
    """The person's place in a room in which they have this right, or the refusal that fits. With `lock` the room's row
    is held until the transaction ends: who has it decides the order."""
    place = find(person, room_id, lock=lock)
    if right not in place.rights:
        raise _refusal(place, right)
    return place


def find(person: Person, room_id: int, *, lock: bool = False) -> Place:
    """The person's place, whatever may be done from it; NotFound for strangers and where there is no such room."""
    if room_id not in NUMBERS:
        raise NotFound
    locked = _lock(person, room_id) if lock else None
    # After the lock and not joined to it: a seat that ended while this transaction waited must not be found.
    seats = people.with_labels(Member.objects.filter(room=room_id, person=person), person="person")
    member = seats.select_related("room__school_class", "room__student").first()
    if member is None:
        return _by_rule(person, room_id, lock=lock)
    room = locked or member.room
    return _place(room, member, people.shown(member, person=member.person, seat=member.seat))


def _lock(person: Person, room_id: int) -> Room:
    # Members only, so that no stranger can make a room wait. NO KEY: seats being given by an import do not block it.
    rooms = Room.objects.filter(pk=room_id, members__person=person).select_related(*RELATED)
    room = rooms.select_for_update(of=("self",), no_key=True).first()
    if room is None:
        raise NotFound
    return room


def _by_rule(person: Person, room_id: int, *, lock: bool) -> Place:
    # Under a lock only those who have opened the room: their seat is a row, and ends like any other.
    for rooms in () if lock or not _is_by_rule(room_id) else open_by_rule(person):
        for room in rooms.filter(pk=room_id):
            return _unseated(room, person, room.rule_seat)
    if lock or (archived := archive_open_to(person, room_id)) is None:
        raise NotFound
    return _unseated(archived, person, KEEPER)


def _is_by_rule(room_id: int) -> bool:
    # Looked at first: the rule is a nest of queries that takes twenty times longer to write, and most refusals are of others.
    by_rule = [kind.slug for kind in kinds() if kind.is_by_rule]
    return Room.objects.filter(pk=room_id, kind__in=by_rule, state=Room.State.OPEN).exists()


def _unseated(room: Room, person: Person, seat: str) -> Place:
    member = Member(room=room, person=person, seat=seat)
    return _place(room, member, people.Shown(person=person, seat=seat, org_type=room.org.type))


def archive_open_to(person: Person, room_id: int) -> Room | None:
    """The room, if its org has ended and the person speaks for the org that answers for it today, or for one above."""
    kept = [kind.slug for kind in kinds() if kind.is_kept_for_heirs]
    rooms = Room.objects.filter(pk=room_id, kind__in=kept, state=Room.State.ARCHIVED).select_related(*RELATED)
    room = rooms.first()
    return room if room and may_speak_for(person.pk, heirs_of(room.org_id)) else None


def open_by_rule(person: Person) -> Iterator[QuerySet[Any]]:
    """Open rooms in which the registry's rule gives this person a seat (`rule_seat`): a query for each kind by rule."""
    for kind in kinds():
        if kind.is_by_rule:
            seat = kind.seat_by_rule(person.pk, today())
            rooms = Room.objects.filter(kind=kind.slug, state=Room.State.OPEN).annotate(rule_seat=seat)
            yield rooms.filter(rule_seat__isnull=False).select_related(*RELATED)


def is_private(room: Room) -> bool:
    """Whether what is said there is about a named child, and stays."""
    return kind_named(room.kind).is_private


def all_may_read(target: Room, source: Room) -> bool:
    """Whether everybody who may read in `target` may read in `source` as well: one query, however many they are."""
    inside, outside = kind_named(source.kind), kind_named(target.kind)
    if target.pk == source.pk:
        return True
    if outside.is_by_rule:
        # Whoever the rule seats in an org's room, it seats in those of the orgs above.
        below = OrgClosure.objects.filter(ancestor=source.org_id, descendant=target.org_id)
        return inside.is_by_rule and below.exists()
    return not inside.who_may_not_read(source, Member.objects.filter(room=target), today()).exists()


def _place(room: Room, member: Member, shown: people.Shown) -> Place:
    kind = kind_named(room.kind)
    rights = kind.rights(member.seat, room)
    if Right.READ not in rights:
        raise NotFound
    return Place(room, member, accompanied(kind, member.seat, room, rights), shown)


def posts_unaccompanied(seat: str, room: Room) -> bool:
    """Whether this seat may post in this room as it stands, whoever else is there: what many posts are asked at once.
    False is no refusal; find() and require() then decide."""
    kind = kind_named(room.kind)
    return Right.POST in kind.rights(seat, room) and seat not in kind.accompanied


def accompanied(kind: RoomKind, seat: str, room: Room, rights: Right, *, present: bool | None = None) -> Right:
    """`rights` without writing where that needs somebody in the room who is not there; `present` if known already."""
    companion = kind.accompanied.get(seat)
    if companion is None or Right.POST not in rights:
        return rights
    if present is None:
        present = Member.objects.filter(room=room, seat=companion).exists()
    return rights if present else rights & ~Right.POST


def _refusal(place: Place, right: Right) -> Exception:
    if right is not Right.POST:
        return MayNotModerate()
    opened = Room(kind=place.room.kind, state=place.room.state, is_talk_open=True)
    return TalkClosed() if Right.POST in place.kind.rights(place.member.seat, opened) else MayNotPost()
