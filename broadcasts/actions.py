"""All that people do with notices. Each action is one transaction; what it tells goes out after the commit."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from broadcasts import board, recipients, selectors
from broadcasts.content import Content
from broadcasts.errors import NameTaken, NothingToAcknowledge
from broadcasts.granting import granted
from broadcasts.issuing import Decided, issue
from broadcasts.models import Acknowledgement, Broadcast, Receipt
from broadcasts.reach import Reach
from realtime.errors import NotFound
from registry.models import Person


def preview(author: Person, draft: Content) -> Reach:
    """How many publishing this draft would reach now. `draft` must be fit (content.content_from)."""
    audience, _grant = granted(author, draft)
    return recipients.count(audience, roles=[*draft.roles], author=author)


def publish(author: Person, draft: Content, *, client_broadcast_id: uuid.UUID) -> tuple[Broadcast, bool]:
    """The notice, and whether this call sent it, for what is decided already: people send by way of a draft (drafts/). The
    same client_broadcast_id and draft again: the first one; another draft: NameTaken. `draft` must be fit."""
    # Before the policy: when the right has ended since, the first answer stays true.
    if earlier := _earlier(author, draft, client_broadcast_id):
        return earlier, False
    try:
        return issue(author, draft, client_broadcast_id=client_broadcast_id, decided=Decided()), True
    except IntegrityError:
        # Two tries at once: the database let one through, and that one is the answer to both.
        earlier = _earlier(author, draft, client_broadcast_id)
        if earlier is None:
            raise
        return earlier, False


def record_delivered(person: Person, receipts: Collection[Receipt]) -> None:
    """A device of this person has these notices now."""
    new = [receipt for receipt in receipts if receipt.delivered_at is None]
    if new:
        untouched = Receipt.objects.filter(person=person, pk__in=[receipt.pk for receipt in new])
        untouched.filter(delivered_at__isnull=True).update(delivered_at=timezone.now())
        for receipt in new:
            board.progressed(receipt.broadcast)


@transaction.atomic
def record_read(person: Person, broadcast_id: int) -> dt.datetime:
    """This person opened the notice; when they first did."""
    receipt = _receipt(person, broadcast_id)
    return receipt.seen_at or _see(receipt, timezone.now())


@transaction.atomic
def acknowledge(person: Person, broadcast_id: int, *, students: Collection[int]) -> None:
    """The person's "Đã rõ" for these children, or with none named for themselves. Saying it again changes nothing."""
    receipt = _receipt(person, broadcast_id)
    if not receipt.broadcast.wants_acknowledgement:
        raise NothingToAcknowledge
    mine = selectors.reasons().filter(person=person, broadcast=broadcast_id)
    asked = mine.filter(student__in=students) if students else mine.filter(student__isnull=True)
    open_by_student = dict(asked.values_list("student", "pk"))
    if not open_by_student or not set(students) <= open_by_student.keys():
        raise NothingToAcknowledge
    now = timezone.now()
    answered = Acknowledgement.objects.filter(pk__in=open_by_student.values(), acknowledged_at__isnull=True)
    if answered.update(acknowledged_at=now) and receipt.seen_at:
        board.progressed(receipt.broadcast)
    if receipt.seen_at is None:
        _see(receipt, now)


def _see(receipt: Receipt, now: dt.datetime) -> dt.datetime:
    """Opened: so a device has had it too. Two devices at once: the first time stays."""
    at = Coalesce(F("delivered_at"), now), Coalesce(F("seen_at"), now)
    Receipt.objects.filter(pk=receipt.pk).update(delivered_at=at[0], seen_at=at[1])
    board.progressed(receipt.broadcast)
    return now


def _receipt(person: Person, broadcast_id: int) -> Receipt:
    found = selectors.receipts().filter(person=person, broadcast=broadcast_id).select_related("broadcast").first()
    if found is None:
        raise NotFound
    return found


def _earlier(author: Person, draft: Content, client_broadcast_id: uuid.UUID) -> Broadcast | None:
    earlier = selectors.senders_view().filter(author=author, client_broadcast_id=client_broadcast_id).first()
    if earlier and bytes(earlier.content_digest) != draft.digest():
        raise NameTaken
    return earlier
