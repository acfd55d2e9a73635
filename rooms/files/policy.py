"""Who may open a file of a message. Everything that is not named here is refused."""

from realtime.errors import NotFound
from registry.models import Person
from rooms import policy
from rooms.kinds import Right
from rooms.models import File


def openable(person: Person, file_id: int) -> File:
    """The file, if this person may open it today; else NotFound, as if there were none."""
    found = File.objects.select_related("message").filter(pk=file_id).first() if file_id in policy.NUMBERS else None
    if found is None or not may_open(person, found):
        raise NotFound
    return found


def may_open(person: Person, file: File) -> bool:
    """Whoever may read the message, as long as they may; before it is part of one, whoever uploaded it."""
    if file.message is None:
        return file.owner_id == person.pk
    return policy.can(person, Right.READ, file.message.room_id)
