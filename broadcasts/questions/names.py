"""Keeps the names of those who asked out of what everybody reads."""

import re
import unicodedata
from collections.abc import Iterable

from registry.models import Person

# What stands before a child's or parent's given name: "con An", "mẹ Hoa", "PHHS em An".
_BEFORE = "con|cháu|em|bé|bạn|bố|mẹ|ba|má|ông|bà|chị|anh|cô|bác|PH|PHHS|phụ huynh"


def names_anybody(text: str, people: Iterable[Person]) -> bool:
    """Whether the text names one of them: the whole name, its last two words, or the given name after what one calls people
    by. A given name alone is mostly a word ("an toàn", "hoa"), so there its capital counts."""
    written = " ".join(unicodedata.normalize("NFC", text).split())
    return any(_names(written, person) for person in people)


def _names(text: str, person: Person) -> bool:
    words = unicodedata.normalize("NFC", person.name).split()
    if len(words) > 1 and _stands(re.escape(" ".join(words[-2:])), text, re.IGNORECASE):
        return True
    return _stands(rf"(?i:{_BEFORE})\s+{re.escape(person.given_name)}", text, 0)


def _stands(pattern: str, text: str, flags: int) -> bool:
    return re.search(rf"(?<!\w){pattern}(?!\w)", text, flags) is not None
