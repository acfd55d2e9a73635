"""Files where they would be after an upload, without the examination."""

from broadcasts.models import Attachment, Broadcast
from registry.models import Person
from rooms.files import store
from rooms.files.shape import files_json
from rooms.models import File, Message


def laid(owner: Person, broadcast: Broadcast | None = None, data: bytes = b"%PDF-1.7\n%%EOF\n") -> Attachment:
    """A document of somebody's; part of a notice, if one is given."""
    with store.arriving() as folder:
        (folder / "whole").write_bytes(data)
        digest, size = store.keep(folder)
    return Attachment.objects.create(
        owner=owner,
        broadcast=broadcast,
        name="cong-van.pdf",
        media_type="application/pdf",
        size=size,
        sha256=digest,
        pages=1,
    )


def given(owner: Person, message: Message, data: bytes = b"%PDF-1.7\n%%EOF\n") -> File:
    """A document that goes with a message."""
    with store.arriving() as folder:
        (folder / "whole").write_bytes(data)
        digest, size = store.keep(folder)
    told = {"name": "de-cuong.pdf", "media_type": "application/pdf", "size": size, "sha256": digest}
    file = File.objects.create(owner=owner, message=message, **told)
    message.files = files_json([file])
    message.save(update_fields=["files"])
    return file
