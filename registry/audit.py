"""Writes the audit chain."""

import hashlib
import json
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from registry.models import AuditLine, Person

GENESIS = "0" * 64
# Any number, as long as no other advisory lock of ours has it.
CHAIN_LOCK = 0x617564697431


@transaction.atomic
def record(actor: Person | None, act: str, *, subject: str = "", **details: Any) -> AuditLine:
    """Append a line in the caller's transaction: what is rolled back was not done, and is not recorded. Ids only."""
    _wait_for_other_writers()
    last = AuditLine.objects.order_by("-pk").first()
    line = AuditLine(
        at=timezone.now(),
        actor=actor,
        act=act,
        subject=subject,
        details=details,
        previous_digest=last.digest if last else GENESIS,
    )
    line.digest = digest_of(line)
    line.save(force_insert=True)
    return line


def _wait_for_other_writers() -> None:
    """Two lines must never share a predecessor. Locking the newest row is not enough: who waited for it would go on with
    that row although a newer one has been committed meanwhile. SQLite has one writer at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])


def digest_of(line: AuditLine) -> str:
    """SHA-256 over the line and its predecessor's digest; a checker recomputes it from the stored columns."""
    content = [line.previous_digest, line.at.isoformat(), line.actor_id, line.act, line.subject, line.details]
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
