"""Whole shares of a whole: pupils to schools, teachers to stages, classes to grades."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor


def apportion(total: int, weights: Sequence[float], *, least: Sequence[int] | int = 0) -> list[int]:
    """Shares in proportion to ``weights`` that add up to ``total`` exactly, none below its ``least``."""
    floors = [least] * len(weights) if isinstance(least, int) else list(least)
    if sum(floors) > total:
        raise ValueError(f"{total} cannot give every share its least: {sum(floors)} in all")
    scale = total / sum(weights)
    quotas = [weight * scale for weight in weights]
    shares = [max(low, floor(quota)) for low, quota in zip(floors, quotas, strict=True)]
    while missing := total - sum(shares):
        step = 1 if missing > 0 else -1
        movable = [i for i in range(len(shares)) if step > 0 or shares[i] > floors[i]]
        # The index breaks ties, so that equal quotas are served in the same order on every run.
        movable.sort(key=lambda i: (step * (shares[i] - quotas[i]), i))
        for i in movable[: abs(missing)]:
            shares[i] += step
    return shares
