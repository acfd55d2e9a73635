"""Drafts kept as they are written, fit to be sent or not. Only their size is bounded: what somebody typed is not refused."""

import json
import math
import uuid
from typing import Any

import msgspec
from django.db import transaction

from broadcasts import policy
from broadcasts.drafts import finding
from broadcasts.drafts.errors import ChangedElsewhere, OnItsWay, TooManyDrafts
from broadcasts.errors import TooLong
from broadcasts.files.attaching import hold
from broadcasts.ids import Id
from broadcasts.models import Draft, Node
from realtime.errors import BadInput, NotAllowed
from registry.models import Person

State = Draft.State
# The longest notice that can be sent, ten times over; and more drafts than anybody has on hand.
LONGEST, DEEPEST, MOST = 100_000, 8, 200
OPEN = (State.WRITING, State.RETURNED)


@transaction.atomic
def save(
    author: Person, content: Any, *, client_broadcast_id: uuid.UUID, relays: Node | None = None
) -> tuple[Draft, bool]:
    """The author's draft of this name, and whether this call made it; one that is there stays as it is. Refuses those who
    may send nothing (NotAllowed), and what is too long (TooLong). `relays`: what it passes down."""
    kept = keepable(content)
    if not policy.may_send_at_all(author):
        raise NotAllowed
    if Draft.objects.filter(author=author, state__in=finding.ON_HAND).count() >= MOST:
        raise TooManyDrafts(most=MOST)
    draft, is_new = Draft.objects.select_related("author", "issuer").get_or_create(
        author=author, client_broadcast_id=client_broadcast_id, defaults={"content": kept, "relays": relays}
    )
    if is_new:
        _hold_files(draft)
    return draft, is_new


@transaction.atomic
def revise(author: Person, draft_id: int, content: Any, *, version: int) -> Draft:
    """The author's draft with this content in place of that of `version`. Refuses an older version (ChangedElsewhere) and
    one that is on its way (OnItsWay). What it says already changes nothing: a try whose answer was lost is safe."""
    kept = keepable(content)
    draft = finding.locked_own(author, draft_id)
    if draft.content == kept and draft.state in OPEN:
        return draft
    _require_open(draft)
    if draft.version != version:
        raise ChangedElsewhere(version=draft.version)
    rewrite(draft, kept)
    return draft


@transaction.atomic
def discard(author: Person, draft_id: int) -> None:
    """The author does not want it any more: its text goes. Refuses one that is on its way (OnItsWay)."""
    draft = finding.locked_own(author, draft_id)
    if draft.state == State.DISCARDED:
        return
    _require_open(draft)
    draft.state, draft.content, draft.version = State.DISCARDED, {}, draft.version + 1
    draft.decision_reason = draft.problem = ""
    draft.save()


def rewrite(draft: Draft, kept: Any) -> None:
    """Another content for a draft that is locked and on nobody's way."""
    draft.content, draft.version = kept, draft.version + 1
    draft.save(update_fields=["content", "version", "updated_at"])
    _hold_files(draft)


def keepable(content: Any) -> dict[str, Any]:
    """What a client wrote, as the database can hold it. Refuses what is no object, and what is longer or deeper than any
    notice."""
    if not isinstance(content, dict):
        raise BadInput(field="content")
    kept: dict[str, Any] = _storable(content, DEEPEST)
    length = len(json.dumps(kept, ensure_ascii=False))
    if length > LONGEST:
        raise TooLong(field="content", limit=LONGEST, length=length)
    return kept


def _storable(part: Any, deep: int) -> Any:
    """PostgreSQL's jsonb holds neither NUL nor half a surrogate pair, and JSON no infinity."""
    if deep == 0 or (isinstance(part, float) and not math.isfinite(part)):
        raise BadInput(field="content")
    if isinstance(part, dict):
        return {_text(key): _storable(value, deep - 1) for key, value in part.items()}
    if isinstance(part, list):
        return [_storable(one, deep - 1) for one in part]
    return _text(part) if isinstance(part, str) else part


def _text(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def _hold_files(draft: Draft) -> None:
    """The files that it names are its own from now on; what is no list of files will be refused when it is sent."""
    try:
        ids = msgspec.convert(draft.content.get("attachments", []), list[Id])
    except msgspec.ValidationError:
        return
    hold(draft, ids)


def _require_open(draft: Draft) -> None:
    if draft.state not in OPEN:
        raise OnItsWay(state=draft.state)
