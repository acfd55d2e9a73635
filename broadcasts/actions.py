"""All that people do with notices. Each action is one transaction; what it tells goes out after the commit."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from broadcasts import board, recipients, selectors
from broadcasts.cascade.moving import confirm
from broadcasts.content import Content
from broadcasts.correcting.errors import Superseded
from broadcasts.correcting.rows import holds
from broadcasts.errors import NameTaken, NothingToAcknowledge
from broadcasts.granting import granted
from broadcasts.issuing import Decided, issue
from broadcasts.models import Acknowledgement, Broadcast, Receipt
from broadcasts.reach import Reach
from broadcasts.tap import NOW, Tap
from realtime.errors import NotFound
from registry.models import Person

# The same tap told again by way of a wrong clock comes out a little different each time.
_SAME = dt.timedelta(seconds=60)


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
def record_read(person: Person, broadcast_id: int, *, tap: Tap = NOW) -> dt.datetime:
    """This person opened the notice; when they first did, on whichever device."""
    receipt, now = _receipt(person, broadcast_id), timezone.now()
    at = _true_time(receipt, tap, now)
    if _see(receipt, at, now):
        board.progressed(receipt.broadcast)
        return at
    # Read anew: another device may have been quicker in this very moment.
    return Receipt.objects.values_list("seen_at", flat=True).get(pk=receipt.pk) or at


@transaction.atomic
def acknowledge(person: Person, broadcast_id: int, *, students: Collection[int], tap: Tap = NOW) -> None:
    """The person's "Đã rõ" for these children, or with none named for themselves. Saying it again changes nothing, unless
    another device said it before: of several times the first stands, also when it is heard of last. Superseded: another
    notice had taken its place by then."""
    receipt = _receipt(person, broadcast_id)
    if not receipt.broadcast.wants_acknowledgement:
        raise NothingToAcknowledge
    mine = selectors.reasons().filter(person=person, broadcast=broadcast_id)
    asked = mine.filter(student__in=students) if students else mine.filter(student__isnull=True)
    open_by_student = dict(asked.values_list("student", "pk"))
    if not open_by_student or not set(students) <= open_by_student.keys():
        raise NothingToAcknowledge
    now = timezone.now()
    at = _true_time(receipt, tap, now)
    _require_in_time(receipt.broadcast, at)
    later = Q(acknowledged_at__isnull=True) | Q(acknowledged_at__gt=at + _SAME)
    answered = Acknowledgement.objects.filter(later, pk__in=open_by_student.values())
    is_answered = answered.update(acknowledged_at=at, recorded_at=now)
    if not students and holds(receipt.broadcast):
        confirm(person, receipt.broadcast, at=at)
    if _see(receipt, at, now) or is_answered:
        board.progressed(receipt.broadcast)


def _require_in_time(broadcast: Broadcast, at: dt.datetime) -> None:
    """Refuses an answer to what held no more when it was given. One that was given before, without a line, keeps its time
    and stands in the evidence of the old one; of the new one it says nothing."""
    if holds(broadcast):
        return
    # By then it was corrected once; what holds today may have come later.
    if at >= Broadcast.objects.values_list("published_at", flat=True).get(corrects=broadcast):
        raise Superseded(by=broadcast.superseded_by_id, how=broadcast.superseded_how)


def _see(receipt: Receipt, at: dt.datetime, now: dt.datetime) -> bool:
    """Opened at this time, so a device has had it by then too; whether that is news. Of two devices the first time stays."""
    if receipt.seen_at is not None and receipt.seen_at <= at + _SAME:
        return False
    untouched = Receipt.objects.filter(Q(seen_at__isnull=True) | Q(seen_at__gt=at + _SAME), pk=receipt.pk)
    had = Case(When(delivered_at__lt=at, then=F("delivered_at")), default=Value(at))
    return untouched.update(delivered_at=had, seen_at=at, recorded_at=now) > 0


def _true_time(receipt: Receipt, tap: Tap, now: dt.datetime) -> dt.datetime:
    return tap.true_time(published_at=receipt.broadcast.published_at, now=now)


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
