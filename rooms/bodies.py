"""What a message may be: plain text that looks like what it is."""

import hashlib
import unicodedata

from registry.text import clean
from rooms.errors import Empty, TooLong

LIMIT = 4_000
# Vietnamese needs two on a letter, a few scripts three; towers of marks paint over the lines above.
MARKS = 4


def accept(text: str, *, may_be_empty: bool = False) -> str:
    """`text` as it is kept: cleaned, 1 to 4,000 characters, or none beside files; or the refusal that says what is wrong."""
    # Before cleaning: normalising megabytes would be work for nothing.
    if len(text) > 4 * LIMIT:
        raise TooLong(limit=LIMIT, length=len(text))
    body = tidy(text)
    if not is_seen(body):
        if may_be_empty:
            return ""
        raise Empty
    if len(body) > LIMIT:
        raise TooLong(limit=LIMIT, length=len(body))
    return body


def tidy(text: str) -> str:
    """`text` cleaned, and without towers of marks."""
    return _without_towers(clean(text)).strip()


def is_seen(text: str) -> bool:
    """Whether there is anything to be seen in it: a message of marks, spaces and joiners alone looks like none."""
    return any(unicodedata.category(character)[0] not in "CMZ" for character in text)


def digest(body: str) -> bytes:
    """SHA-256 of the text: a retry is the same message if and only if this is the same."""
    return hashlib.sha256(body.encode()).digest()


def excerpt(body: str, length: int = 90) -> str:
    """The beginning on one line, cut at a word, for the list of rooms."""
    line = " ".join(body.split())
    return line if len(line) <= length else f"{line[:length].rsplit(' ', 1)[0]}…"


def _without_towers(text: str) -> str:
    if not any(map(unicodedata.combining, text)):
        return text
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MARKS:
            kept.append(character)
    return "".join(kept)
