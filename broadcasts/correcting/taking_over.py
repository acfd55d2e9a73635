"""A notice takes the place of another: within the transaction that issues it, so that there is no moment with both."""

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from broadcasts import board
from broadcasts.correcting import rows
from broadcasts.correcting.binding import require_in_force
from broadcasts.correcting.telling import tell
from broadcasts.ladder.words import FIRST, RUNG
from broadcasts.models import Acknowledgement, Broadcast, Contact, How, Node, Receipt, Rung
from delivery.actions import told_of, withdraw
from realtime.errors import NotFound


def turn(broadcast_id: int) -> Broadcast:
    """The notice that is about to be corrected, locked: of two corrections at once the second finds the first one there
    (AlreadyCorrected)."""
    found = Broadcast.objects.select_for_update(of=("self",)).filter(pk=broadcast_id).first()
    if found is None:
        raise NotFound
    require_in_force(found)
    return found


def place_in_row(corrected: Broadcast, how: How) -> dict[str, object]:
    """The fields of the notice that takes its place."""
    above = corrected.relays
    return {
        "corrects": corrected,
        "correction_how": how,
        "first_id": corrected.first_id or corrected.pk,
        "version": corrected.version + 1,
        # What passes something down passes down what holds of it now.
        "relays": (above.superseded_by if above and above.superseded_how not in {"", How.RECALL} else None) or above,
        "quotes": corrected.quotes,
    }


def take_over(corrected: Broadcast, by: Broadcast) -> None:
    """From here on `by` holds and `corrected` does not: nobody is told of that any more who was not told yet, units are
    shown the new one, and all who have either learn of it after the commit."""
    now, how = by.published_at, by.correction_how
    _spare(corrected)
    rungs = Rung.objects.filter(broadcast=corrected, told_by=RUNG).values_list("pk", flat=True)
    withdraw(FIRST, [corrected.pk])
    withdraw(RUNG, list(rungs))
    rows.before(by).order_by().update(superseded_by=by, superseded_how=how, superseded_at=now)
    ended = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    Broadcast.objects.filter(ended, pk=corrected.pk).update(ends_at=now)
    _hand_down(corrected, by)
    tell(by)


def _spare(corrected: Broadcast) -> None:
    """Whom it has not reached in any way keeps only the newer one. Under way to a telephone counts as there."""
    told = told_of(FIRST, [corrected.pk]) | told_of(
        RUNG, list(Rung.objects.filter(broadcast=corrected).values_list("pk", flat=True))
    )
    by_hand = Contact.objects.filter(broadcast=corrected, withdrawn_at__isnull=True).values("subject")
    reasons = Acknowledgement.objects.filter(broadcast=corrected).annotate(subject=Coalesce("student", "person"))
    heard = reasons.filter(subject__in=by_hand).values("person")
    waiting = Receipt.objects.filter(broadcast=corrected, delivered_at__isnull=True, seen_at__isnull=True)
    waiting.exclude(person__in=told).exclude(person__in=heard).update(is_spared=True)


def _hand_down(corrected: Broadcast, by: Broadcast) -> None:
    """A unit that passed something down by the corrected notice does it by the new one; by none where that is a recall.
    Where what it passes down was itself corrected, that one's chain counts it."""
    node = Node.objects.select_for_update(of=("self",)).select_related("broadcast").filter(relay=corrected).first()
    if node is None:
        return
    if not rows.holds(node.broadcast):
        node = Node.objects.filter(broadcast=node.broadcast.superseded_by_id, unit=node.unit_id, relay=None).first()
        if node is None:
            return
    node.relay = None if by.correction_how == How.RECALL else by
    node.relayed_at = timezone.now() if node.relay else None
    node.changes += 1
    node.save(update_fields=["relay", "relayed_at", "changes"])
    board.progressed(node.broadcast)
