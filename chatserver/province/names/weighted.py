"""Weighted choice, prepared once: tables of names are drawn from hundreds of thousands of times."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Weighted(Generic[T]):
    """Draws one of its items; an item of weight 3 comes three times as often as one of weight 1."""

    def __init__(self, weights: Iterable[tuple[T, float]]) -> None:
        pairs = list(weights)
        self.items = [item for item, _ in pairs]
        self._bounds = list(accumulate(weight for _, weight in pairs))

    def draw(self, random: Random) -> T:
        return self.items[bisect(self._bounds, random.random() * self._bounds[-1])]


def words(table: str) -> Weighted[str]:
    """The words of a table such as ``Nguyễn:38 Trần:11 Lê``; no weight means 1."""
    return Weighted(_weighed(word) for word in table.split())


def phrases(table: str) -> Weighted[str]:
    """The phrases of a comma separated table such as ``Gia Bảo:5, Minh Anh``."""
    return Weighted(_weighed(phrase.strip()) for phrase in table.split(","))


def _weighed(entry: str) -> tuple[str, float]:
    word, _, weight = entry.partition(":")
    return word.replace("+", " "), float(weight or 1)
