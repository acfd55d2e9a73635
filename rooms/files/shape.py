"""A file as clients get it (RoomFile, docs/protocol.md 3), and what a message without a text is called."""

from collections.abc import Sequence
from typing import Any

from rooms.files.examining.kinds import kind_word
from rooms.models import File, Message

# Named where they are quoted: pictures and voices have names of machines.
_NAMED = frozenset({"pdf", "document"})


def file_json(one: File) -> dict[str, Any]:
    """RoomFile."""
    told: dict[str, Any] = {
        "id": one.pk,
        "kind": kind_word(one.media_type),
        "name": one.name,
        "type": one.media_type,
        "size": one.size,
    }
    if one.width is not None:
        told |= {"width": one.width, "height": one.height}
    if one.seconds is not None:
        told |= {"seconds": one.seconds, "peaks": one.peaks}
    return told


def files_json(files: Sequence[File]) -> list[dict[str, Any]] | None:
    """All of a message, in their order; None where there are none."""
    return [file_json(one) for one in files] or None


def first_file(message: Message, *, with_name: bool = True) -> dict[str, Any]:
    """`file`, and `name` of documents, for where a message is shown by a few words and has none."""
    if message.body or message.removed_at or not message.files:
        return {}
    first = message.files[0]
    named = with_name and first["kind"] in _NAMED
    return {"file": first["kind"]} | ({"name": first["name"]} if named else {})
