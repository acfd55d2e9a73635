"""Writes the audit chain, and checks it."""

import hashlib
import json
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from registry.models import AuditLine, Person

GENESIS = "0" * 64
# Any number will do, as long as nothing else in this database locks by it: "audit" in hexadecimal.
_LOCK = 0x6175646974


@transaction.atomic
def record(actor: Person | None, act: str, *, subject: str = "", **details: Any) -> AuditLine:
    """Append a line in the caller's transaction: what is rolled back was not done, and is not recorded. Ids only.

    Call it last in a transaction: whoever else writes a line waits until it ends.
    """
    _take_turn()
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


def verify_chain() -> AuditLine | None:
    """The first line that was changed, or whose predecessor was changed or taken away; None when all is as written."""
    previous = GENESIS
    for line in AuditLine.objects.order_by("pk").iterator():
        if line.previous_digest != previous or line.digest != digest_of(line):
            return line
        previous = line.digest
    return None


def digest_of(line: AuditLine) -> str:
    """SHA-256 over the line and its predecessor's digest; a checker recomputes it from the stored columns."""
    content = [line.previous_digest, line.at.isoformat(), line.actor_id, line.act, line.subject, line.details]
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _take_turn() -> None:
    """Order writers, so that two lines never share a predecessor.

    A lock on the newest row would not: a writer that waited for it wakes up with that row, no longer the newest. SQLite
    has one writer at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
