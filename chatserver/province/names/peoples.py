"""The peoples of the province: who is called what."""

from __future__ import annotations

from dataclasses import dataclass

from . import given, surnames
from .weighted import Weighted, phrases, words

FEMALE, MALE = "female", "male"


@dataclass(frozen=True)
class Style:
    """How one sex of one people is named: a middle name before a given name."""

    middle: Weighted[str]
    given: Weighted[str]


@dataclass(frozen=True)
class People:
    surnames: Weighted[str]
    elders: dict[str, Style]
    adults: dict[str, Style]
    # How many of the children have a name from the whole country's fashion and not their own people's.
    modern: float


MODERN = {MALE: phrases(given.CHILD_BOYS), FEMALE: phrases(given.CHILD_GIRLS)}
KINH_ELDERS = {
    MALE: Style(words(given.ELDER_MEN_MIDDLE), words(given.ELDER_MEN)),
    FEMALE: Style(words(given.ELDER_WOMEN_MIDDLE), words(given.ELDER_WOMEN)),
}
KINH_ADULTS = {
    MALE: Style(words(given.ADULT_MEN_MIDDLE), words(given.ADULT_MEN)),
    FEMALE: Style(words(given.ADULT_WOMEN_MIDDLE), words(given.ADULT_WOMEN)),
}


def _own(table: str, *, men: tuple[str, str], women: tuple[str, str], modern: float) -> People:
    styles = {MALE: Style(words(men[0]), words(men[1])), FEMALE: Style(words(women[0]), words(women[1]))}
    return People(words(table), styles, styles, modern)


PEOPLES = {
    "kinh": People(words(surnames.KINH), KINH_ELDERS, KINH_ADULTS, 0.97),
    "tay": _own(
        surnames.TAY,
        men=("Văn:60 Đình:6 Quang:4 Đức:6 Xuân:6 Ngọc:4 Thanh:4 Hữu:4 Minh:3 Trung:3", given.TAY_MEN),
        women=("Thị:90 Thu:3 Thanh:3 Bích:2 Hồng:2", given.TAY_WOMEN),
        modern=0.72,
    ),
    "nung": _own(
        surnames.NUNG,
        men=("Văn:76 Đức:6 Minh:5 Xuân:5 Ngọc:4 Thanh:4", given.NUNG_MEN),
        women=("Thị:94 Thu:2 Thúy:2 Bích:2", given.NUNG_WOMEN),
        modern=0.6,
    ),
    "mong": _own(
        surnames.MONG,
        men=("A:74 Seo:8 Văn:12 Mí:6", given.MONG_MEN),
        women=("Thị:100", given.MONG_WOMEN),
        modern=0.15,
    ),
    "dao": _own(
        surnames.DAO,
        men=(given.DAO_MEN_MIDDLE, given.DAO_MEN),
        women=("Thị:90 Mùi:6 Thu:4", given.DAO_WOMEN),
        modern=0.45,
    ),
    "thai": _own(
        surnames.THAI,
        men=("Văn:88 Đức:4 Minh:4 Xuân:4", given.THAI_MEN),
        women=("Thị:96 Thu:2 Thanh:2", given.THAI_WOMEN),
        modern=0.45,
    ),
}
