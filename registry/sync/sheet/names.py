"""Names of people as lists write them: one column or two, capitals, old fonts. What is no name never becomes one."""

import re
import unicodedata
from typing import NamedTuple

from registry.sync.sheet.columns import NAME
from registry.sync.sheet.faults import BadValue
from registry.text import fold

_WORD = re.compile(r"[^\W\d_]+")
# What stands inside names beside letters: H'Hen, Lê-na, A. Páo.
_BETWEEN = frozenset(" '’.-")
# Signs that stand for letters in TCVN3, or come from UTF-8 read as Latin-1. No name in any language has them.
_NEVER_IN_NAMES = re.compile("[¡-¿×÷†‡•…‰›€™„“”]|[ÃÄÆÅ][\x80-¿]|á[º»]")
# TCVN3 puts small Vietnamese letters where Latin-1 has capitals.
_TCVN3 = re.compile("[a-z][À-ÖØ-Þ]")
# A vowel with its marks as a letter of its own behind it, which is how VNI writes. No Vietnamese syllable has that.
_VNI = re.compile(r"[aeAE][àáâãäåèéêëùúûüïõøÀÁÂÃÄÅÈÉÊËÙÚÛÜÏÕØ]|[oO][äåëïûÄÅËÏÛ]|[ñÑ]|[öÖ][øùûïõØÙÛÏÕ]")
LONGEST = 120
# What people write for nobody.
_NOBODY = frozenset({"khong", "khong co", "ko", "k", "x", "trong", "chua co", "none", "null", "na", "n a", "khong ro"})
# Marks of tones; those of letters (circumflex, breve, horn) are part of the letter.
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


class Name(NamedTuple):
    """A name in Vietnamese order, with its capitals where they belong."""

    family: str
    middle: str
    given: str

    def __str__(self) -> str:
        return " ".join(filter(None, self))

    @property
    def folded(self) -> str:
        """Without tones and marks: what a clerk's spelling does not change."""
        return fold(str(self))

    @property
    def spelt(self) -> str:
        """With its tones, wherever in the syllable they are written: hoà is hòa, Hùng is not Hưng."""
        return " ".join(_spelt(word) for word in str(self).casefold().split())


def read_name(text: str, column: str = NAME) -> Name:
    """A whole name: the first word is the family's, the last the given one."""
    words = _checked(text, column).split()
    if len(words) < 2:
        raise BadValue("name_one_word", column)
    return Name(words[0], " ".join(words[1:-1]), words[-1])


def join_name(family: str, middle: str, given: str) -> Name:
    """A name from two or three columns."""
    words = _checked(" ".join(filter(None, (family, middle))), NAME).split()
    if not words or not given:
        raise BadValue("missing_value", NAME)
    return Name(words[0], " ".join(words[1:]), _checked(given, NAME))


def is_nobody(text: str) -> bool:
    """Whether the cell says that there is no such person."""
    return not any(each.isalnum() for each in text) or text == "0" or fold(text).replace(".", "") in _NOBODY


def in_capitals(text: str) -> bool:
    """Whether the name is written without the difference of capital and small letters."""
    return text == text.upper() or text == text.lower()


def proper_case(text: str) -> str:
    """Every word with a capital, the highland apostrophe included: H'HEN NIÊ is H'Hen Niê."""
    return _WORD.sub(lambda word: word[0][0].upper() + word[0][1:].lower(), text)


def is_old_font(text: str) -> bool:
    """Whether the text was written in a font of before Unicode, or read in the wrong one."""
    return bool(_NEVER_IN_NAMES.search(text) or _TCVN3.search(text))


def may_be_old_font(text: str) -> bool:
    """Whether the text may be VNI. A foreign name may look the same, a whole list of them not."""
    return is_old_font(text) or bool(_VNI.search(text))


def _checked(text: str, column: str) -> str:
    if is_old_font(text):
        raise BadValue("old_font", column)
    if not text or len(text) > LONGEST or not text[0].isalpha() or not all(map(_in_names, text)):
        raise BadValue("not_a_name", column)
    return proper_case(text) if in_capitals(text) else text


def _in_names(sign: str) -> bool:
    return sign.isalpha() or sign in _BETWEEN or bool(unicodedata.combining(sign))


def _spelt(word: str) -> str:
    parts = unicodedata.normalize("NFD", word)
    return "".join(c for c in parts if c not in _TONES) + "".join(c for c in parts if c in _TONES)
