"""Makes a notice fit into a push: the text is cut at a word, never the rest."""

import base64
import hashlib
from functools import cache, lru_cache
from typing import Any

import msgspec
from django.utils import translation
from django.utils.translation import gettext as _

from delivery.sources import Notice


def fitted(notice: Notice, limit: int, *, language: str = "vi") -> bytes:
    """The payload as JSON of at most `limit` bytes. Where it has to be shortened, the body and then the title end in words
    that say so in this language, and `is_cut` tells the app."""
    payload = notice.payload()
    whole = _encoded(payload)
    if len(whole) <= limit:
        return whole
    payload["is_cut"] = True
    for field in ("body", "title"):
        room = limit - len(_encoded(payload | {field: ""}))
        payload[field] = _shortened(payload[field], room, _and_more(language))
        if len(whole := _encoded(payload)) <= limit:
            return whole
    raise ValueError(f"notice of {notice.type} {notice.id} does not fit even without its text")


@lru_cache(maxsize=10_000)
def tag_digest(tag: str) -> str:
    """The tag as push services want a Topic: 32 characters of base64url that tell them nothing."""
    return base64.urlsafe_b64encode(hashlib.sha256(tag.encode()).digest()).decode()[:32]


# One text goes to many, with a few bytes more or less of ids beside it.
@lru_cache(maxsize=256)
def _shortened(text: str, room: int, ending: str) -> str:
    """As much of the text as fits into `room` bytes with the ending: whole words if there are any."""
    room -= _size(ending)
    fits, too_long = 0, len(text) + 1
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if _size(text[:middle]) <= room:
            fits = middle
        else:
            too_long = middle
    cut = text[:fits]
    ends_inside_a_word = not text[fits : fits + 1].isspace()
    if ends_inside_a_word and len(cut.split()) > 1:
        cut = cut.rsplit(maxsplit=1)[0]
    return cut.rstrip() + ending


@cache
def _and_more(language: str) -> str:
    with translation.override(language):
        return _("… there is more")


def _size(text: str) -> int:
    """Bytes within a JSON string."""
    return len(msgspec.json.encode(text)) - 2


def _encoded(payload: dict[str, Any]) -> bytes:
    return msgspec.json.encode(payload)
