"""A file comes in by pieces, each kept before it is answered for; when it is whole it is examined, and becomes a file that a
message may name."""

import datetime as dt
import errno
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from realtime.errors import BadInput, NotFound, Overloaded, TooFast
from realtime.polling import Pace
from registry.models import Person
from rooms.files import examiner, limits, store
from rooms.files.errors import (
    FileKindNotTaken,
    FileTooLarge,
    NoRoom,
    TooMuchToday,
    UploadMoved,
)
from rooms.files.examining.kinds import PICTURES, ROOM, VOICE, claim_of
from rooms.files.meanwhile import lend_database
from rooms.files.names import ending_of, shown_name
from rooms.models import File, Upload

# More than anybody photographs at one go; then one in five seconds. Examining takes a core.
_pace = Pace(a_second=0.2, at_once=40)
_one_at_a_time = Lock()
# What is not finished by then, and what no message uses by then, goes.
LIFE = dt.timedelta(days=1)
# Longer than any examination takes (examiner.py): whoever began it and did not end it was killed.
_EXAMINED_WITHIN = dt.timedelta(seconds=90)
_SOON = 2.0


def begin(owner: Person, *, name: str, length: int, is_voice: bool, type_told: str = "") -> Upload:
    """A place for a file of this length. Refuses at once what would be refused at the end: too large, of no kind that is
    taken, too much for a day, too quick, or no room on disk."""
    if not claim_of(name):
        # Some programs give names without an ending.
        name += ending_of(type_told)
    _require_fitting(name, length, is_voice=is_voice)
    with _one_at_a_time:
        wait = _pace.take(owner.pk, time.monotonic())
    if wait:
        raise TooFast(retry_after=wait)
    if not store.has_room():
        raise NoRoom
    lately = Upload.objects.filter(owner=owner, created_at__gt=timezone.now() - LIFE)
    if (lately.aggregate(sum=Sum("length"))["sum"] or 0) + length > limits.A_DAY:
        raise TooMuchToday(megabytes=limits.A_DAY // limits.MEGABYTE)
    return Upload.objects.create(owner=owner, name=name[-255:], length=length, is_voice=is_voice)


def find(owner: Person, upload: uuid.UUID) -> Upload:
    """One's own upload; NotFound for others', and for what is no more."""
    found = Upload.objects.select_related("file").filter(pk=upload, owner=owner).first()
    if found is None or found.created_at < timezone.now() - LIFE:
        raise NotFound
    return found


def append(owner: Person, upload: uuid.UUID, *, offset: int, data: bytes) -> Upload:
    """The upload with this piece at its end, and examined when it is whole: then it has its `file`. UploadMoved for a piece
    that does not begin where the last one ended; what the file is refused for, and then there is no upload any more.
    Without data at the end: the same answer again."""
    found = find(owner, upload)
    if offset != found.offset:
        raise UploadMoved(offset=found.offset)
    if len(data) > found.length - offset:
        raise BadInput(field="Upload-Length")
    if data:
        _keep(found, data)
    if found.offset == found.length and found.file is None:
        found.file = _examined(found)
    return found


def give_up(owner: Person, upload: uuid.UUID) -> None:
    """Forget an upload; what a message uses already stays."""
    found = find(owner, upload)
    store.drop(str(found.pk))
    if found.file is not None:
        # A message that names it at this moment keeps it.
        with transaction.atomic():
            _forget(File.objects.filter(pk=found.file.pk))
    found.delete()


def forget_uploads() -> int:
    """Delete uploads that are a day old, and files that no message has used for a day; how many of these."""
    over = Upload.objects.filter(created_at__lt=timezone.now() - LIFE)
    for pk in over.filter(file=None).values_list("pk", flat=True):
        store.drop(str(pk))
    over.delete()
    with transaction.atomic():
        return _forget(File.objects.filter(created_at__lt=timezone.now() - LIFE))


def _forget(files: QuerySet[File]) -> int:
    """Those of them that no message has. Locked first: one that is being attached at this moment is left alone."""
    unused = files.filter(message=None).select_for_update(of=("self",), skip_locked=True)
    return File.objects.filter(pk__in=list(unused.values_list("pk", flat=True))).delete()[1].get("rooms.File", 0)


def _require_fitting(name: str, length: int, *, is_voice: bool) -> None:
    claimed = claim_of(name)
    if not is_voice and not claimed:
        raise FileKindNotTaken
    largest = limits.LARGEST_VOICE if is_voice else limits.LARGEST_FILE
    if claimed in PICTURES and not is_voice:
        largest = limits.LARGEST_PICTURE
    if length < 1:
        raise BadInput(field="Upload-Length")
    if length > largest:
        raise FileTooLarge(megabytes=largest // limits.MEGABYTE)


def _keep(upload: Upload, data: bytes) -> None:
    """The piece first, then the row that answers for it. No lock is held meanwhile: of two that bring the same piece at
    once both wrote the same bytes, and one of them moves the row."""
    if not store.has_room():
        raise NoRoom
    before = upload.offset
    with _full_disk_told():
        store.append(str(upload.pk), before, data)
    upload.offset = before + len(data)
    if not Upload.objects.filter(pk=upload.pk, offset=before).update(offset=upload.offset):
        raise UploadMoved(offset=find(upload.owner, upload.pk).offset)


def _examined(upload: Upload) -> File:
    now = timezone.now()
    mine = Upload.objects.filter(pk=upload.pk, file=None).filter(
        Q(examined_at=None) | Q(examined_at__lt=now - _EXAMINED_WITHIN)
    )
    if not mine.update(examined_at=now):
        # Somebody else is at it, or just was.
        again = find(upload.owner, upload.pk)
        if again.file is None:
            raise Overloaded(retry_after=_SOON)
        return again.file
    try:
        file = _taken_in(upload)
    except examiner.REFUSED:
        Upload.objects.filter(pk=upload.pk).delete()
        store.drop(str(upload.pk))
        raise
    except BaseException:
        # No fault of the file: whoever asks again has it examined again.
        Upload.objects.filter(pk=upload.pk).update(examined_at=None)
        raise
    Upload.objects.filter(pk=upload.pk).update(file=file)
    store.drop(str(upload.pk))
    return file


def _taken_in(upload: Upload) -> File:
    # Examining takes its time: meanwhile others have the database.
    lend_database()
    with store.arriving() as folder, _full_disk_told():
        sent, made = folder / "sent", folder / "made"
        made.mkdir(mode=0o700)
        store.collect(str(upload.pk), sent)
        found = examiner.examine(sent, upload.name, made, taken=VOICE if upload.is_voice else ROOM)
        digest, size = store.keep(made)
        file = File.objects.create(
            owner_id=upload.owner_id,
            name=shown_name(upload.name, found.media_type),
            media_type=found.media_type,
            size=size,
            sha256=digest,
            width=found.width,
            height=found.height,
            seconds=found.seconds,
            peaks=found.peaks,
        )
        store.confirm(made, digest)
    return file


@contextmanager
def _full_disk_told() -> Iterator[None]:
    """A disk that fills up at this moment is told as one that is full."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise NoRoom from error
        raise
