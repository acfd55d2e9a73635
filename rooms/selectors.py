"""What people see of rooms, starting from the person: the same few queries for 1 room and for 300."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from realtime import epoch
from registry.models import Person
from rooms import policy, sequence
from rooms.kinds import kinds
from rooms.models import Member, Message, Room
from rooms.people import shown, with_labels
from rooms.serializers import labelled_message_json

PAGE = 50
MOST = 100
# Who was away for longer starts again with the newest page: a phone shows no more, and a frame has its limits.
MOST_CHANGES = 200
MOST_CHANGES_OVERALL = 500
MOST_CHARACTERS = 250_000
# A condition each; SQLite nests a thousand.
MOST_ROOMS_BEHIND = 300
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
    messages = Message.objects.filter(room=room_id)
    if before is not None:
        messages = messages.filter(seq__lt=before)
    rows = list(with_labels(messages, person="author").order_by("-seq")[: wanted + 1])
    page = [labelled_message_json(row) for row in reversed(rows[:wanted])]
    return {"messages": page, "head": place.room.head, "complete": len(rows) <= wanted}


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


@dataclass(slots=True)
class _Budget:
    """How much a catch-up may still carry."""

    messages: int = MOST_CHANGES_OVERALL
    characters: int = MOST_CHARACTERS

    def take(self, texts: list[str]) -> bool:
        """Whether these still fit; they are counted if they do."""
        size = sum(map(len, texts))
        if len(texts) > self.messages or size > self.characters:
            return False
        self.messages -= len(texts)
        self.characters -= size
        return True


def catch_up(person: Person, *, known_epoch: str, revs: dict[int, int]) -> dict[str, Any]:
    """What a client missed in the rooms it names: {room: rev}. Rooms that it may not see (any more) are gone; where too
    much happened, or the database has another life than the client's, it starts again. Two queries, whatever is asked.
    """
    now = epoch()
    if known_epoch != now:
        return {"epoch": now, "rooms": {}, "gone": [], "start_again": True}
    seats = Member.objects.filter(person=person, room__in=revs, room__state=Room.State.OPEN)
    rooms = {pk: (head, last) for pk, head, last in seats.values_list("room", "room__head", "room__last_seq")}
    behind = [(pk, rev) for pk, rev in revs.items() if pk in rooms and 0 < rooms[pk][0] - rev <= MOST_CHANGES]
    near = dict(behind[:MOST_ROOMS_BEHIND])
    changes: dict[int, list[Any]] = {pk: [] for pk in near}
    for message in with_labels(sequence.changes_in(near), person="author"):
        changes[message.room_id].append(message)
    budget = _Budget()
    told = {str(pk): _changes_json(head, last, revs[pk], changes.get(pk), budget) for pk, (head, last) in rooms.items()}
    return {"epoch": now, "rooms": told, "gone": sorted(set(revs) - set(rooms)), "start_again": False}


def _changes_json(head: int, last_seq: int, rev: int, messages: list[Any] | None, budget: _Budget) -> dict[str, Any]:
    """Changes. A client that knows a later head than there is has another database's rooms: it starts again."""
    fits = messages is not None and budget.take([message.body for message in messages])
    start_again = head != rev and not fits
    # A message posted while this was read may already be in: the head is then the newest number told.
    rows = messages if messages and fits else []
    newest = max([head, *(message.rev for message in rows)])
    return {
        "messages": [labelled_message_json(message) for message in rows],
        "head": newest,
        "last_seq": max([last_seq, *(message.seq for message in rows)]),
        "start_again": start_again,
    }
