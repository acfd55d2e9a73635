"""Who writes just now, and who has a conversation open. Never stored, gone by itself, and only between the sides of a
thread: in larger rooms it would tell a whole class who is up at what hour."""

import asyncio

from realtime import Event, publish
from realtime.database import in_database
from realtime.errors import NotAllowed
from registry.models import Person
from rooms import policy
from rooms.events import PresenceMoved, TypingStarted
from rooms.kinds import Right
from rooms.serializers import topic_of

# Shown for six seconds: passing on one in three keeps it steady, whatever a client sends.
TYPING_EVERY = 3.0
REMEMBERED = 10_000
_told_at: dict[tuple[int, int], float] = {}


async def tell_typing(person: Person, room_id: int) -> None:
    """Tell the other side that this person is writing; more often than every TYPING_EVERY it is not passed on."""
    key, now = (person.pk, room_id), asyncio.get_running_loop().time()
    if now - _told_at.get(key, -TYPING_EVERY) < TYPING_EVERY:
        return
    await in_database(_tell, person, room_id, Right.POST, TypingStarted(person=person.pk))
    _told_at.pop(key, None)
    _told_at[key] = now
    if len(_told_at) > REMEMBERED:
        del _told_at[next(iter(_told_at))]


async def tell_presence(person: Person, room_id: int, *, here: bool) -> None:
    """Tell the other side that this person has the conversation open, or no longer."""
    await in_database(_tell, person, room_id, Right.READ, PresenceMoved(person=person.pk, here=here))


def _tell(person: Person, room_id: int, right: Right, event: Event) -> None:
    place = policy.require(person, right, room_id)
    if not place.kind.is_private or place.member.seat == "pupil":
        raise NotAllowed
    publish(topic_of(place.room), event, roster=place.room.roster)
