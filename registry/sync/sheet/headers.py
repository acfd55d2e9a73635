"""What a header means: by the words of the school systems, by grammar for parents, by likeness as a question."""

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher, get_close_matches
from typing import NamedTuple

from registry.sync.sheet import columns as c
from registry.sync.sheet.grid import Value, shown
from registry.text import fold

_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_SIGNS = re.compile(r"[^a-z0-9]+")
# Below this a likeness is chance: "lop" and "to" share a letter.
LIKE_ENOUGH = 0.8
LONGEST_HEADER = 120


class Guess(NamedTuple):
    """What a header would mean. Certain: 1. Less is a question, and nothing is read by it before somebody says yes."""

    meaning: str
    confidence: float


UNKNOWN = Guess("", 0.0)


def fold_header(header: str) -> str:
    """A header without tones, marks of being required, hints in brackets and signs: `Họ và tên(*)` is `ho va ten`."""
    plain = _SIGNS.sub(" ", _IN_BRACKETS.sub(_hint, fold(header[:LONGEST_HEADER]))).strip()
    # Where everything stood in brackets, that is the header.
    return plain or _SIGNS.sub(" ", fold(header[:LONGEST_HEADER])).strip()


def _hint(brackets: re.Match[str]) -> str:
    """Nothing, unless it names a parent: `Họ tên bố (mẹ)` is of one of the two."""
    words = set(_SIGNS.sub(" ", brackets[0]).split())
    return " " if words.isdisjoint(c.FATHER_WORDS | c.MOTHER_WORDS) else brackets[0]


def meaning_of(folded: str, mapping: Mapping[str, str]) -> Guess:
    """What the header means: as confirmed for this source, else as everyone uses it."""
    if folded in mapping:
        return Guess(mapping[folded], 1.0)
    if meaning := _known(folded):
        return Guess(meaning, 1.0)
    close = get_close_matches(folded, c.EXACT, n=1, cutoff=LIKE_ENOUGH)
    if close and len(folded) > 3:
        return Guess(c.EXACT[close[0]], round(SequenceMatcher(None, folded, close[0]).ratio(), 2))
    return UNKNOWN


def count_known(cells: Iterable[Value]) -> int:
    """How many different things these cells would mean as headers."""
    return len({meaning for cell in cells if (meaning := _known(fold_header(shown(cell))))})


def _known(folded: str) -> str:
    if not folded:
        return ""
    if found := c.EXACT.get(folded):
        return found
    return _of_parents(folded) or _by_start(folded) or _without_whose(folded)


def _of_parents(folded: str) -> str:
    whose = _whose(folded)
    if not whose:
        return ""
    if any(_says(folded, word) for word in c.NOT_KEPT_OF_PARENTS):
        return c.NOT_KEPT
    if _says(folded, "quan he"):
        return c.RELATION if whose == c.GUARDIAN else c.NOT_KEPT
    if any(_says(folded, word) for word in c.PHONE_WORDS):
        return c.GUARDIANS[whose]
    rest = set(folded.split()) - c.FATHER_WORDS - c.MOTHER_WORDS
    for word in c.GUARDIAN_WORDS:
        rest -= set(word.split())
    return whose if rest <= c.NAME_WORDS else ""


def _whose(folded: str) -> str:
    words = set(folded.split())
    is_father, is_mother = bool(words & c.FATHER_WORDS), bool(words & c.MOTHER_WORDS)
    if any(_says(folded, word) for word in c.GUARDIAN_WORDS) or (is_father and is_mother):
        return c.GUARDIAN
    if is_father and "bo gd" not in folded and "bo mon" not in folded and "bo doi" not in folded:
        return c.FATHER
    return c.MOTHER if is_mother else ""


def _by_start(folded: str) -> str:
    return c.NOT_KEPT if folded.startswith(c.NOT_KEPT_STARTS) else ""


def _without_whose(folded: str) -> str:
    for words in c.WHOSE:
        if folded.endswith(f" {words}"):
            return c.EXACT.get(folded.removesuffix(f" {words}"), "")
        if folded.startswith((f"{words} ", f"thong tin {words} ")):
            return c.EXACT.get(folded.removeprefix("thong tin ").removeprefix(f"{words} "), "")
    return ""


def _says(folded: str, words: str) -> bool:
    return f" {words} " in f" {folded} "
