"""Writes the audit chain."""

import hashlib
import json
from typing import Any

from django.db import transaction
from django.utils import timezone

from registry.models import AuditLine, Person

GENESIS = "0" * 64


@transaction.atomic
def record(actor: Person | None, act: str, *, subject: str = "", **details: Any) -> AuditLine:
    """Append a line in the caller's transaction: what is rolled back was not done, and is not recorded. Ids only."""
    # The newest line's row lock orders writers, so that two lines never share a predecessor.
    last = AuditLine.objects.select_for_update().order_by("-pk").first()
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


def digest_of(line: AuditLine) -> str:
    """SHA-256 over the line and its predecessor's digest; a checker recomputes it from the stored columns."""
    content = [line.previous_digest, line.at.isoformat(), line.actor_id, line.act, line.subject, line.details]
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
