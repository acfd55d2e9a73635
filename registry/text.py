"""Vietnamese text as the system keeps it: NFC to show, folded to find."""

import re
import unicodedata

# Embeddings, overrides and isolates (U+202A-202E, U+2066-2069), marks of direction, line separators, byte order mark.
UNSEEN = frozenset(
    map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C, 0x2028, 0x2029, 0xFEFF])
)
# Those, controls other than tab and line end, and halves of surrogate pairs.
_UNTYPED = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{''.join(sorted(UNSEEN))}]")


def fold(text: str) -> str:
    """`text` without tones and marks, đ as d, lower case: what search compares, the same on every database."""
    stripped = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return stripped.replace("đ", "d").replace("Đ", "D").casefold()


def full_name(*, family: str, middle: str, given: str, family_first: bool) -> str:
    """The whole name in the order its source writes it, NFC, single spaces."""
    parts = (family, middle, given) if family_first else (given, middle, family)
    return unicodedata.normalize("NFC", " ".join(" ".join(parts).split()))


def clean(text: str) -> str:
    """What a person wrote, as it is kept: NFC, trimmed, lines ended by \\n, without the characters that nobody types
    and that make text look like what it is not (controls, direction overrides). Joiners stay: emoji need them."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return _UNTYPED.sub("", lines).strip()
