"""Vietnamese text as the system keeps it: NFC to show, folded to find."""

import unicodedata


def fold(text: str) -> str:
    """`text` without tones and marks, đ as d, lower case: what search compares, the same on every database."""
    stripped = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return stripped.replace("đ", "d").replace("Đ", "D").casefold()


def full_name(*, family: str, middle: str, given: str, family_first: bool) -> str:
    """The whole name in the order its source writes it, NFC, single spaces."""
    parts = (family, middle, given) if family_first else (given, middle, family)
    return unicodedata.normalize("NFC", " ".join(" ".join(parts).split()))
