"""From what somebody wants a message to carry to what is stored, or the refusal that fits."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from realtime.errors import BadInput
from rooms import policy
from rooms.carrying.carried import Carried
from rooms.errors import MayNotModerate, NoSuchMessage, NotAMember
from rooms.files.attaching import attach, chosen, copies
from rooms.files.shape import files_json
from rooms.kinds import Right
from rooms.models import File, Member, Mention, Message
from rooms.policy import Place
from rooms.polls import ballots

MOST_MENTIONS = 20


@dataclass(frozen=True, slots=True)
class Load:
    """The columns of the message, the seats of those who are named in it, and its files."""

    columns: dict[str, Any] = field(default_factory=dict)
    named: tuple[Member, ...] = ()
    files: list[File] = field(default_factory=list)

    def store(self, message: Message) -> None:
        """Keep who is named, and the files; the message must be stored."""
        if self.named:
            Mention.objects.bulk_create(
                Mention(message=message, room_id=message.room_id, person_id=seat.person_id, seat=seat.seat)
                for seat in self.named
            )
        attach(self.files, message)


def load(carried: Carried, place: Place, first: Message | None = None) -> Load:
    """What is stored of it in this room, which its author writes from this place and whose row is locked. `first`: the
    message of which it is a copy."""
    author = place.member.person
    columns: dict[str, Any] = {}
    if carried.reply_to is not None:
        columns["reply_to"] = _answered(place, carried.reply_to)
    if carried.mentions_all:
        if Right.MODERATE not in place.rights:
            raise MayNotModerate
        columns["mentions_all"] = True
    if carried.poll is not None:
        if not _may_ask(place):
            raise MayNotModerate
        if carried.files:
            raise BadInput(field="files")
        columns["poll"] = ballots.accept(carried.poll, place.kind)
    named = _named(place, carried.mentions)
    files = copies(author, first) if first else chosen(author, carried.files) if carried.files else []
    return Load(columns | {"mention_count": len(named), "files": files_json(files)}, named, files)


def _answered(place: Place, seq: int) -> Message:
    found = Message.objects.filter(room=place.room, seq=seq).first() if seq in policy.NUMBERS else None
    if found is None:
        raise NoSuchMessage
    return found


def _may_ask(place: Place) -> bool:
    """In a staff room all are colleagues; elsewhere those who lead it ask."""
    return Right.MODERATE in place.rights or (place.kind.slug == "staff" and Right.POST in place.rights)


def _named(place: Place, people: Collection[int]) -> tuple[Member, ...]:
    wanted = set(people) - {place.member.person_id}
    if len(people) > MOST_MENTIONS or not all(pk in policy.NUMBERS for pk in people):
        raise BadInput(field="mentions")
    if not wanted:
        return ()
    seats = Member.objects.filter(room=place.room, person__in=wanted)
    if place.kind.is_by_rule:
        # Whom the list of its people names: who looks in is nobody's to find out.
        seats = seats.filter(seat=next(iter(place.kind.grants)))
    found = tuple(seats.order_by("pk"))
    if len(found) < len(wanted):
        raise NotAMember
    return found
