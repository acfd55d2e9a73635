"""REST sources as they are set up, and what is asked of them next."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from registry import audit
from registry.models import Person, Source
from registry.sync.errors import PackageRefused
from registry.sync.rest.limits import FULL_EVERY, OVERLAP
from registry.sync.rest.provider import Access
from registry.sync.rest.questions import PLAIN
from registry.sync.rest.sealing import opened, seal
from registry.sync.rest.spool import State
from registry.sync.rest.translating import COLLECTIONS

# Beside the collections in Source.seen_until: when the last full pull that was applied began.
_FULL = "full"
_VERSION_1_1 = "/v1p1"


@transaction.atomic
def set_up(source: Source, *, by: Person | None, secret: str = "", **changed: Any) -> None:
    """Change where a source is read, as whom, and when. An empty secret leaves the one that is there.

    `changed`: endpoint, token_endpoint, client_id, runs_at. Whoever calls has checked the addresses and may do this.
    """
    if not set(changed) <= {"endpoint", "token_endpoint", "client_id", "runs_at"}:
        raise TypeError(f"not of a REST source: {', '.join(sorted(changed))}")
    changed |= {name: str(changed[name]).rstrip("/") for name in {"endpoint"} & set(changed)}
    if "endpoint" in changed and changed["endpoint"] != source.endpoint:
        # Another provider's clock: what was seen of the first one's says nothing.
        changed["seen_until"] = {}
    if secret:
        changed["client_secret"] = seal(secret)
    changed["kind"] = Source.Kind.REST
    for name, value in changed.items():
        setattr(source, name, value)
    source.save(update_fields=list(changed))
    audit.record(
        by,
        "registry.source_set_up",
        subject=f"source:{source.pk}",
        concerning=source.scope_org_id,
        changed=sorted(changed),
    )


def access_of(source: Source) -> Access:
    """How the source is reached; refuses one that is not set up."""
    asked = (source.endpoint, source.token_endpoint, source.client_id, source.client_secret)
    if source.kind != Source.Kind.REST or not all(asked):
        raise PackageRefused("source_not_set_up")
    return Access(source.endpoint, source.token_endpoint, source.client_id, opened(bytes(source.client_secret)))


def version_of(source: Source) -> str:
    """The version of OneRoster that the source's address speaks (REST binding, base paths)."""
    return "1.1" if _VERSION_1_1 in source.endpoint else "1.2"


def next_state(source: Source, *, is_full: bool) -> State:
    """What to ask now: what changed since the newest change seen, or everything, weekly and where dates are missing."""
    now = timezone.now()
    seen = {name: dt.datetime.fromisoformat(text) for name, text in source.seen_until.items()}
    # Roles stand in other fields there; asked for those of 1.2, it would give none.
    plainness = PLAIN if version_of(source) == "1.1" else 0
    is_due = _FULL not in seen or now - seen[_FULL] >= FULL_EVERY
    if is_full or is_due or not set(COLLECTIONS) <= set(seen):
        return State(now, source.endpoint, {}, plainness)
    return State(now, source.endpoint, {name: seen[name] - OVERLAP for name in COLLECTIONS}, plainness)


def note_seen(source: Source, state: State) -> None:
    """Remember what an applied pull has seen: the provider's own newest dates, never this machine's clock."""
    seen = {} if state.is_full else dict(source.seen_until)
    if state.is_full:
        seen[_FULL] = state.began.isoformat()
    earlier: dt.datetime | None = None
    for name in COLLECTIONS:
        progress = state.collections[name]
        # An empty collection has no date of its own; what was seen before it was read is before all that it may get.
        newest = progress.newest or (earlier if state.is_full and not progress.rows else None)
        if progress.is_undated:
            seen.pop(name, None)
        elif newest is not None:
            seen[name] = max(newest.isoformat(), seen.get(name, ""), key=_moment)
        earlier = max(filter(None, (earlier, progress.newest)), default=None)
    Source.objects.filter(pk=source.pk).update(seen_until=seen)
    source.seen_until = seen


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text) if text else dt.datetime.min.replace(tzinfo=dt.UTC)
