"""What people see of rooms, starting from the person: the same few queries for 1 room and for 300."""

from collections.abc import Collection
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from registry.models import Person
from rooms import policy
from rooms.kinds import kinds
from rooms.models import Member, Message, Room
from rooms.own import own_of, told_own
from rooms.people import shown, with_labels
from rooms.serializers import messages_json

PAGE = 50
MOST = 100
MEMBERS_SHOWN = 500


def seats_of(person: Person) -> QuerySet[Any]:
    """The person's member rows in open rooms, each with what the list of rooms shows of it."""
    companions = [seat for kind in kinds() for seat in kind.accompanied.values()]
    others = Member.objects.filter(room=OuterRef("room"))
    counted = others.order_by().values("room").annotate(n=Count("pk")).values("n")
    return (
        Member.objects.filter(person=person, room__state=Room.State.OPEN)
        .select_related(*(f"room__{name}" for name in policy.RELATED))
        .annotate(
            unread=_unread(person),
            member_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
            has_companion=Exists(others.filter(seat__in=companions)),
        )
    )


def _unread(person: Person) -> Coalesce:
    """How many messages of others a member row has not read; taken back ones do not count."""
    waiting = Message.objects.filter(
        room=OuterRef("room"), seq__gt=OuterRef("read_seq"), removed_at__isnull=True
    ).exclude(author=person)
    count = waiting.order_by().values("room").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(count, output_field=IntegerField()), 0)


def unread(person: Person) -> int:
    """How many messages wait for this person over all rooms."""
    seats = Member.objects.filter(person=person, room__state=Room.State.OPEN)
    total: int | None = seats.annotate(unread=_unread(person)).aggregate(total=Sum("unread"))["total"]
    return total or 0


def unread_in(person: Person, room_id: int) -> int:
    """How many messages of this room wait for this person."""
    seats = Member.objects.filter(person=person, room=room_id).annotate(unread=_unread(person))
    return seats.values_list("unread", flat=True).first() or 0


def last_messages(room_ids: Collection[int]) -> QuerySet[Any]:
    """The newest message of each of these rooms."""
    newest = Message.objects.filter(room__in=room_ids, seq=F("room__last_seq"))
    return with_labels(newest, person="author")


def others_in_threads(person: Person, room_ids: Collection[int]) -> QuerySet[Any]:
    """The other members of these threads, in the order in which they are shown."""
    others = Member.objects.filter(room__in=room_ids).exclude(person=person)
    return with_labels(others, person="person").order_by("pk")


def history(person: Person, room_id: int, *, before: int | None = None, limit: int = PAGE) -> dict[str, Any]:
    """The page of messages before `before`, or the newest one, in order; NotFound for strangers."""
    place = policy.find(person, room_id)
    wanted = min(max(limit, 1), MOST)
    # Nothing newer than the statement that found the seat: a right may have ended since, and something been said.
    messages = Message.objects.filter(room=room_id, rev__lte=place.room.head)
    if before is not None:
        messages = messages.filter(seq__lt=before)
    rows = list(with_labels(messages, person="author").order_by("-seq")[: wanted + 1])
    page = rows[:wanted][::-1]
    told = {"messages": messages_json(page), "head": place.room.head, "complete": len(rows) <= wanted}
    return told | told_own(own_of(person, page))


def members(person: Person, room_id: int) -> dict[str, Any]:
    """Who is in a room; how far they have read, for those who may see it. By rule, only those who lead the room: a list
    of who looks in would tell who is where."""
    place = policy.find(person, room_id)
    rows = Member.objects.filter(room=room_id)
    if place.kind.is_by_rule:
        rows = rows.filter(seat=next(iter(place.kind.grants)))
    found = list(with_labels(rows, person="person").order_by("pk")[: MEMBERS_SHOWN + 1])
    sees = place.member.seat in place.kind.sees_receipts
    return {
        "members": [_member_json(row, with_pointers=sees) for row in found[:MEMBERS_SHOWN]],
        "truncated": len(found) > MEMBERS_SHOWN,
    }


def _member_json(row: Any, *, with_pointers: bool) -> dict[str, Any]:
    told = {"person": shown(row, person=row.person, seat=row.seat).ref(), "seat": row.seat}
    return told | ({"have_seq": row.have_seq, "read_seq": row.read_seq} if with_pointers else {})
