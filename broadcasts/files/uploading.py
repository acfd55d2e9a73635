"""A file as somebody sends it becomes an upload of theirs, of which no notice knows yet."""

import datetime as dt
import time
from pathlib import Path
from threading import Lock

from django.db.models import Q
from django.utils import timezone

from broadcasts.files.errors import FileKindNotTaken, TooManyUnused
from broadcasts.files.limits import MOST_UNUSED
from broadcasts.models import Attachment, Draft
from realtime.errors import TooFast
from realtime.polling import Pace
from registry.models import Person
from rooms.files import errors, examiner, store
from rooms.files.examining.kinds import NOTICE
from rooms.files.meanwhile import lend_database
from rooms.files.names import shown_name
from rooms.files.serving import Kept
from rooms.models import File

# More pages than anybody photographs at one go; then one in ten seconds. Examining takes a core.
_pace = Pace(a_second=0.1, at_once=20)
_one_at_a_time = Lock()
_UNUSED_FOR = dt.timedelta(days=7)
_UNUSED = Q(broadcast=None) & (Q(draft=None) | Q(draft__state=Draft.State.DISCARDED))


def take_in(owner: Person, path: Path, name: str) -> Attachment:
    """Examine the file at this path and keep what is harmless of it. Refuses what is not (errors.py), who uploads one
    after the other (TooFast), and everybody while the disk is nearly full (NoRoom)."""
    with _one_at_a_time:
        wait = _pace.take(owner.pk, time.monotonic())
    if wait:
        raise TooFast(retry_after=wait)
    if Attachment.objects.filter(_UNUSED, owner=owner).count() >= MOST_UNUSED:
        raise TooManyUnused
    if not store.has_room():
        raise errors.NoRoom
    # Examining takes its time: meanwhile others have the database.
    lend_database()
    with store.arriving() as folder:
        try:
            found = examiner.examine(path, name, folder, taken=NOTICE)
        except errors.FileKindNotTaken as error:
            raise FileKindNotTaken from error
        digest, size = store.keep(folder)
        attachment = Attachment.objects.create(
            owner=owner,
            name=shown_name(name, found.media_type),
            media_type=found.media_type,
            size=size,
            sha256=digest,
            width=found.width,
            height=found.height,
            pages=found.pages,
        )
        store.confirm(folder, digest)
    return attachment


def forget_uploads() -> int:
    """Delete uploads that no notice used for a week; how many."""
    return Attachment.objects.filter(_UNUSED, created_at__lt=timezone.now() - _UNUSED_FOR).delete()[0]


def kept(attachment: Attachment) -> Kept:
    """Where its bytes are, and how they are told."""
    return Kept(attachment.sha256, attachment.media_type, attachment.name, named=f"attachment {attachment.pk}")


def forget_files() -> int:
    """Delete what is kept and belongs to no notice's upload and to no message's; how many files."""
    wanted = {
        *Attachment.objects.values_list("sha256", flat=True).distinct(),
        *File.objects.values_list("sha256", flat=True).distinct(),
    }
    return store.forget(lambda digest: digest in wanted or _is_wanted(digest))


def _is_wanted(digest: str) -> bool:
    return Attachment.objects.filter(sha256=digest).exists() or File.objects.filter(sha256=digest).exists()
