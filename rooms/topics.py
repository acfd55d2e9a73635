"""Rooms as the hub sees them: who may follow which, where they stand, what was missed."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from realtime import topic_owner
from realtime.topics import Missed
from registry.lists import these
from rooms import sequence
from rooms.beside import beside
from rooms.models import Member, Room
from rooms.people import with_labels
from rooms.serializers import author_of, message_event


@topic_owner
class RoomTopics:
    """Owner of "room.42". Whoever has a member row in an open room may follow it: rows are the roster's."""

    prefix = "room"

    def topics_for(self, person_pks: Collection[int]) -> dict[int, set[str]]:
        """The rooms of each of these people, in one query."""
        found: dict[int, set[str]] = defaultdict(set)
        seats = Member.objects.filter(person__in=these(person_pks), room__state=Room.State.OPEN)
        for person, room in seats.values_list("person", "room"):
            found[person].add(f"room.{room}")
        return found

    def heads(self, topics: Collection[str]) -> dict[str, int]:
        """The newest rev of each room."""
        return {f"room.{pk}": head for pk, head in sequence.heads([_id(topic) for topic in topics]).items()}

    def changes_since(self, topic: str, rev: int) -> Iterator[Missed]:
        """The events of what is new or changed after `rev`."""
        changes = with_labels(sequence.changes_since(_id(topic), rev), person="author")
        messages = list(changes.select_related("room"))
        around = beside(messages)
        for message in messages:
            event = message_event(message, author_of(message), around)
            yield Missed(rev=message.rev, roster=message.room.roster, text=event.encode(topic))

    def roster(self, topic: str, people: Collection[int]) -> tuple[int, set[int]]:
        """The room's roster number, and which of these people are in it. The number first: it must not be newer."""
        number = Room.objects.filter(pk=_id(topic)).values_list("roster", flat=True).first()
        if number is None:
            return 0, set()
        seats = Member.objects.filter(room=_id(topic), room__state=Room.State.OPEN, person__in=these(people))
        return number, set(seats.values_list("person", flat=True))


def _id(topic: str) -> int:
    return int(topic.partition(".")[2])
