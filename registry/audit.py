"""Writes the audit chain, and checks it."""

import datetime as dt
import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.db.models.functions import TruncDate
from django.utils import timezone

from registry.models import AuditLine, Person

GENESIS = "0" * 64
# Any number will do, as long as nothing else in this database locks by it: "audit" in hexadecimal.
_LOCK = 0x6175646974


@transaction.atomic
def record(
    actor: Person | None, act: str, *, subject: str = "", concerning: int | None = None, **details: Any
) -> AuditLine:
    """Append a line in the caller's transaction: what is rolled back was not done, and is not recorded. Ids only.
    `concerning`: the unit whose head is to read it.

    Call it last in a transaction: whoever else writes a line waits until it ends.
    """
    _take_turn()
    last = newest()
    line = AuditLine(
        at=timezone.now(),
        actor=actor,
        act=act,
        subject=subject,
        org_id=concerning,
        details=details,
        previous_digest=last.digest if last else GENESIS,
    )
    line.digest = digest_of(line)
    line.save(force_insert=True)
    return line


def newest() -> AuditLine | None:
    """The last line there is: a root that verify_audit can be asked about."""
    return AuditLine.objects.order_by("-pk").first()


def verify_chain() -> AuditLine | None:
    """The first line that was changed, or whose predecessor was changed or taken away; None when all is as written."""
    found = read_chain()
    return AuditLine.objects.get(pk=found.bad) if found.bad is not None else None


@dataclass(slots=True)
class Reading:
    """What reading the chain found: how many lines hold, the last of them, and the number of the first that does not."""

    lines: int = 0
    last: str = GENESIS
    bad: int | None = None
    # Of the roots that were asked about, those that are in it.
    roots: set[str] = field(default_factory=set)


def read_chain(roots: Collection[str] = ()) -> Reading:
    """The whole chain, line by line as it streams out of the database, up to the first line that does not hold."""
    found = Reading()
    columns = ("pk", "at", "actor_id", "act", "subject", "org_id", "details", "previous_digest", "digest")
    for number, at, actor, act, subject, org, details, before, digest in (
        AuditLine.objects.order_by("pk").values_list(*columns).iterator(chunk_size=5_000)
    ):
        if before != found.last or digest != _digest(before, at, actor, act, subject, org, details):
            found.bad = number
            return found
        found.lines, found.last = found.lines + 1, digest
        if digest in roots:
            found.roots.add(digest)
    return found


@dataclass(frozen=True, slots=True)
class Root:
    """The last line of a day: whoever keeps its digest elsewhere can tell for ever that nothing up to it was changed."""

    day: dt.date
    line: int
    digest: str


def daily_roots(*, since: dt.date | None = None) -> list[Root]:
    """The root of every day that has any line, oldest first; of today so far."""
    lines = AuditLine.objects.annotate(day=TruncDate("at"))
    if since is not None:
        lines = lines.filter(day__gte=since)
    last_of = dict(lines.values("day").annotate(last=Max("pk")).order_by("day").values_list("day", "last"))
    digests = dict(AuditLine.objects.filter(pk__in=last_of.values()).values_list("pk", "digest"))
    return [Root(day, line, digests[line]) for day, line in last_of.items()]


def digest_of(line: AuditLine) -> str:
    """SHA-256 over the line and its predecessor's digest; a checker recomputes it from the stored columns."""
    return _digest(line.previous_digest, line.at, line.actor_id, line.act, line.subject, line.org_id, line.details)


def _digest(
    before: str, at: dt.datetime, actor: int | None, act: str, subject: str, org: int | None, details: Any
) -> str:
    # Lines from before lines knew their unit have one part less, and so has what is no unit's business.
    content = [before, at.isoformat(), actor, act, subject, details, *([] if org is None else [org])]
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _take_turn() -> None:
    """Order writers, so that two lines never share a predecessor.

    A lock on the newest row would not: a writer that waited for it wakes up with that row, no longer the newest. SQLite
    has one writer at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
