"""Uploads become part of a draft, and of the notice that it becomes. Each belongs to one notice, and to its author."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q, QuerySet

from broadcasts.files.errors import FilesTooLarge, TooManyFiles
from broadcasts.files.limits import LARGEST_TOGETHER, MOST_FILES
from broadcasts.models import Attachment, Broadcast, Draft
from realtime.errors import NotFound
from registry.models import Person
from rooms.files.limits import MEGABYTE


def require_own(author: Person, ids: Sequence[int], *, draft: Draft | None = None) -> list[Attachment]:
    """These uploads in this order, if each is the author's own and part of no other notice; else NotFound (field
    `attachments`). Too many or too large together: TooManyFiles, FilesTooLarge."""
    return _found(Attachment.objects.filter(owner=author), ids, draft)


@transaction.atomic
def hold(draft: Draft, ids: Sequence[int]) -> list[Attachment]:
    """Make these, in this order, the draft's files; what it had besides is nobody's again. Refuses as require_own()."""
    found = _found(_locked(draft.author), ids, draft)
    draft.attachments.exclude(pk__in=ids).update(draft=None)
    for position, one in enumerate(found):
        one.draft, one.position = draft, position
    Attachment.objects.bulk_update(found, ["draft", "position"])
    return found


@transaction.atomic
def attach(broadcast: Broadcast, ids: Sequence[int], *, draft: Draft | None = None) -> list[Attachment]:
    """Make these, in this order, the notice's files for good. Called where the notice is made, in its transaction.
    `draft`: the one that it was. Refuses as require_own()."""
    found = _found(_locked(broadcast.author), ids, draft)
    for position, one in enumerate(found):
        one.broadcast, one.position = broadcast, position
    Attachment.objects.bulk_update(found, ["broadcast", "position"])
    return found


def copies_of(broadcast: Broadcast, owner: Person) -> list[Attachment]:
    """The files of a notice once more, as uploads of this person, in their order: the bytes are the same ones. Whoever calls
    has asked whether they may."""
    return [
        Attachment.objects.create(
            owner=owner,
            name=one.name,
            media_type=one.media_type,
            size=one.size,
            sha256=one.sha256,
            width=one.width,
            height=one.height,
            pages=one.pages,
        )
        for one in broadcast.attachments.order_by("position", "pk")
    ]


def _locked(author: Person) -> QuerySet[Attachment]:
    """Locked: of two notices that ask for one upload at once, the second is refused."""
    return Attachment.objects.select_for_update(of=("self",)).filter(owner=author)


def _found(own: QuerySet[Attachment], ids: Sequence[int], draft: Draft | None) -> list[Attachment]:
    if not ids:
        return []
    if len(ids) > MOST_FILES:
        raise TooManyFiles(most=MOST_FILES)
    open_to_draft = Q(draft=None) | Q(draft__state=Draft.State.DISCARDED)
    if draft is not None:
        open_to_draft |= Q(draft=draft)
    by_id = {one.pk: one for one in own.filter(open_to_draft, pk__in=ids, broadcast=None).order_by("pk")}
    if len(by_id) != len(ids):
        raise NotFound(field="attachments")
    if sum(one.size for one in by_id.values()) > LARGEST_TOGETHER:
        raise FilesTooLarge(megabytes=LARGEST_TOGETHER // MEGABYTE)
    return [by_id[pk] for pk in ids]
