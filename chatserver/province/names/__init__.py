"""Vietnamese names that read naturally: by people, sex and generation, the same for the same seed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from random import Random

from .peoples import FEMALE, KINH_ADULTS, KINH_ELDERS, MALE, MODERN, PEOPLES, People, Style
from .weighted import Weighted

__all__ = ["FEMALE", "MALE", "FullName", "Namer"]

ELDERS_BEFORE = 1972
ADULTS_BEFORE = 2003
# Few Tày, Nùng, Dao or Thái adults keep a name only their own people uses; most are called as everyone is.
OWN_STYLE = {"kinh": 0.0, "tay": 0.5, "nung": 0.6, "mong": 1.0, "dao": 0.85, "thai": 0.75}
# Parents of today still give some daughters the "Thị" between the family name and the rest.
THI_BEFORE_MODERN = 0.13


@dataclass(frozen=True)
class FullName:
    """In Vietnamese order: family name, middle name (one word or two), given name."""

    family: str
    middle: str
    given: str

    def __str__(self) -> str:
        return f"{self.family} {self.middle} {self.given}"

    @classmethod
    def read(cls, text: str) -> FullName:
        """The first word is the family name, the last the given name, the rest the middle name."""
        family, *middle, given = text.split()
        return cls(family, " ".join(middle), given)


class Namer:
    """Draws names for one province; ``mix`` weighs its peoples, ``reserved`` full names are never drawn."""

    def __init__(self, random: Random, mix: Mapping[str, float], *, reserved: Collection[str] = ()) -> None:
        self.random = random
        self._reserved = frozenset(reserved)
        self._mix = Weighted(mix.items())

    def people(self) -> str:
        return self._mix.draw(self.random)

    def surname(self, people: str) -> str:
        return PEOPLES[people].surnames.draw(self.random)

    def name(
        self,
        people: str,
        gender: str,
        *,
        born: int,
        surname: str | None = None,
        avoid: Collection[str] = (),
    ) -> FullName:
        """A full name; no given name out of ``avoid``, as nobody names a child after its elders or siblings."""
        family = surname or self.surname(people)
        for _ in range(8):
            middle, given = self._middle_and_given(people, gender, born=born)
            name = FullName(family, middle, given)
            if self._fits(name, avoid):
                break
        return name

    def _fits(self, name: FullName, avoid: Collection[str]) -> bool:
        """No word twice in one name, and nobody else's name."""
        words = (name.family, *name.middle.split(), name.given)
        return len(set(words)) == len(words) and name.given not in avoid and str(name) not in self._reserved

    def _middle_and_given(self, people: str, gender: str, *, born: int) -> tuple[str, str]:
        if born >= ADULTS_BEFORE and self.random.random() < PEOPLES[people].modern:
            return self._modern(gender)
        style = self._styles(people, born)[gender]
        return style.middle.draw(self.random), style.given.draw(self.random)

    def _styles(self, code: str, born: int) -> dict[str, Style]:
        people: People = PEOPLES[code]
        own = self.random.random() < OWN_STYLE[code]
        if born < ELDERS_BEFORE:
            return people.elders if own else KINH_ELDERS
        return people.adults if own else KINH_ADULTS

    def _modern(self, gender: str) -> tuple[str, str]:
        middle, given = MODERN[gender].draw(self.random).split()
        if gender == FEMALE and self.random.random() < THI_BEFORE_MODERN:
            middle = f"Thị {middle}"
        return middle, given
