"""Uploads become part of a message, in its transaction. Each belongs to one message, and to its author."""

from collections.abc import Sequence

from realtime.errors import BadInput
from registry.models import Person
from rooms.files.errors import FileNotReady, TooManyFiles, VoiceGoesAlone
from rooms.files.examining.kinds import SPOKEN
from rooms.files.limits import MOST_FILES
from rooms.models import File, Message
from rooms.policy import NUMBERS


def chosen(author: Person, ids: Sequence[int]) -> list[File]:
    """These uploads in this order, locked, if each is whole, the author's own and part of no message; else FileNotReady.
    Too many: TooManyFiles; a voice beside others: VoiceGoesAlone."""
    if len(ids) > MOST_FILES:
        raise TooManyFiles(most=MOST_FILES)
    if len(set(ids)) < len(ids) or not all(pk in NUMBERS for pk in ids):
        raise BadInput(field="files")
    # Locked: of two messages that name one upload at once, the second is refused.
    own = File.objects.select_for_update(of=("self",)).filter(pk__in=ids, owner=author, message=None)
    by_id = {one.pk: one for one in own.order_by("pk")}
    if len(by_id) < len(ids):
        raise FileNotReady
    if len(ids) > 1 and any(one.media_type in SPOKEN for one in by_id.values()):
        raise VoiceGoesAlone
    return [by_id[pk] for pk in ids]


def copies(author: Person, message: Message) -> list[File]:
    """The files of a message once more, for a copy of it: the bytes are the same ones."""
    if not message.files:
        return []
    return File.objects.bulk_create(
        File(
            owner=author,
            name=one.name,
            media_type=one.media_type,
            size=one.size,
            sha256=one.sha256,
            width=one.width,
            height=one.height,
            seconds=one.seconds,
            peaks=one.peaks,
        )
        for one in File.objects.filter(message=message).order_by("position")
    )


def attach(files: Sequence[File], message: Message) -> None:
    """Make these, in this order, the message's files for good; it must be stored."""
    for position, one in enumerate(files):
        one.message, one.position = message, position
    if files:
        File.objects.bulk_update(files, ["message", "position"])
