"""Who has a notice and has not opened it."""

from django.db.models import Exists, OuterRef, QuerySet

from broadcasts import selectors
from broadcasts.models import Receipt
from registry.selectors import live_roles


def waiting(broadcast_id: int) -> QuerySet[Receipt]:
    """The receipts of those whom a right still gives it, and who hold any role today."""
    is_live = Exists(live_roles().filter(person=OuterRef("person")))
    return selectors.receipts().filter(is_live, broadcast=broadcast_id, seen_at__isnull=True)
