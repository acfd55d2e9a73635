"""A file as somebody sends it becomes an upload of theirs, of which no notice knows yet."""

import datetime as dt
from pathlib import Path

from django.db import close_old_connections
from django.db.models import Q
from django.utils import timezone

from broadcasts.files import examiner, store
from broadcasts.files.errors import TooManyUnused
from broadcasts.files.limits import MOST_UNUSED
from broadcasts.files.names import shown_name
from broadcasts.models import Attachment, Draft
from registry.models import Person

_UNUSED_FOR = dt.timedelta(days=7)
_UNUSED = Q(broadcast=None) & (Q(draft=None) | Q(draft__state=Draft.State.DISCARDED))


def take_in(owner: Person, path: Path, name: str) -> Attachment:
    """Examine the file at this path and keep what is harmless of it. Refuses what is not (errors.py)."""
    if Attachment.objects.filter(_UNUSED, owner=owner).count() >= MOST_UNUSED:
        raise TooManyUnused
    # Examining takes its time: meanwhile others have the database.
    close_old_connections()
    with store.arriving() as folder:
        found = examiner.examine(path, name, folder)
        digest, size = store.keep(folder)
    return Attachment.objects.create(
        owner=owner,
        name=shown_name(name, found.media_type),
        media_type=found.media_type,
        size=size,
        sha256=digest,
        width=found.width,
        height=found.height,
        pages=found.pages,
    )


def forget_uploads() -> int:
    """Delete uploads that no notice used for a week; how many."""
    return Attachment.objects.filter(_UNUSED, created_at__lt=timezone.now() - _UNUSED_FOR).delete()[0]


def forget_files() -> int:
    """Delete what lies on disk and belongs to no upload; how many files."""
    return store.forget(lambda digest: Attachment.objects.filter(sha256=digest).exists())
