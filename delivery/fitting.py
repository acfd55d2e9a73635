"""Makes a notice fit into a push: the text is cut at a word, never the rest."""

import base64
import hashlib
import json
from typing import Any

from delivery.sources import Notice


def fitted(notice: Notice, limit: int) -> bytes:
    """The payload as JSON of at most `limit` bytes, the body shortened with "…" if it must be, then the title."""
    payload = notice.payload()
    for field in ("body", "title"):
        if len(_encoded(payload)) <= limit:
            break
        payload[field] = _shortened(payload, field, limit)
    whole = _encoded(payload)
    if len(whole) > limit:
        raise ValueError(f"notice of {notice.type} {notice.id} does not fit even without its text")
    return whole


def tag_digest(tag: str) -> str:
    """The tag as push services want a Topic: 32 characters of base64url that tell them nothing."""
    return base64.urlsafe_b64encode(hashlib.sha256(tag.encode()).digest()).decode()[:32]


def _shortened(payload: dict[str, Any], field: str, limit: int) -> str:
    """As much of the field as fits: whole words if there are any."""
    text: str = payload[field]
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if len(_encoded(payload | {field: text[:middle] + "…"})) <= limit:
            fits = middle
        else:
            too_long = middle
    cut = text[:fits]
    ends_inside_a_word = not text[fits : fits + 1].isspace()
    if ends_inside_a_word and len(cut.split()) > 1:
        cut = cut.rsplit(maxsplit=1)[0]
    return cut.rstrip() + "…"


def _encoded(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
