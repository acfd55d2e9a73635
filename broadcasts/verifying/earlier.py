"""Official notices from before there were codes: each gets one and is signed, as it stands in the database today."""

from django.db import transaction

from broadcasts.files.shape import in_order
from broadcasts.models import Broadcast
from broadcasts.verifying import codes, signing
from registry import audit

CODED = "broadcast.code"
AT_ONCE = 200


def give_codes() -> int:
    """Oldest first, so that what a notice corrects has its code by then; how many. Run twice it does nothing more. The audit
    trail says when each was signed: that it was later than it was issued."""
    given = 0
    while True:
        found = Broadcast.objects.filter(is_official=True, code__isnull=True).order_by("pk")
        waiting = list(found.values_list("pk", flat=True)[:AT_ONCE])
        if not waiting:
            return given
        given += sum(_give_code(pk) for pk in waiting)


@transaction.atomic
def _give_code(pk: int) -> bool:
    held = Broadcast.objects.select_for_update(no_key=True, of=("self",)).select_related("corrects")
    broadcast = held.get(pk=pk)
    if broadcast.code is not None:
        return False
    broadcast.code = codes.fresh()
    broadcast.save(update_fields=["code"])
    signing.sign(broadcast, in_order(broadcast.attachments.all()))
    audit.record(None, CODED, subject=f"broadcast:{pk}", concerning=broadcast.issuer_id)
    return True
