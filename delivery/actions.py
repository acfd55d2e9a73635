"""What the other packages ask of delivery."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from delivery import wake
from delivery.models import Dispatch
from delivery.sources import source_named


def enqueue(source: str, subject: int, *, due_at: dt.datetime | None = None, priority: int = 0) -> None:
    """Somebody is to be told of `subject` once the caller's transaction has committed; rolled back, nobody is.

    One INSERT, in the caller's transaction. The same source and subject again change nothing. A later `due_at` spares
    those who will have read it on an open socket by then. `priority`: see delivery.sources.Priority.
    """
    source_named(source)
    row = Dispatch(source=source, subject=subject, due_at=due_at or timezone.now(), priority=priority)
    Dispatch.objects.bulk_create([row], ignore_conflicts=True)
    transaction.on_commit(wake.poke)
