"""The shortest walk that still shows a difference: steps are left out, the larger parts first, as long as it does."""

import time
from collections.abc import Callable

Shows = Callable[[list[int]], str | None]


def shortest(seeds: list[int], shows: Shows, *, seconds: float = 120) -> tuple[list[int], str]:
    """The steps that remain, and what they show. Needs steps that show something."""
    told = shows(seeds)
    assert told is not None
    until = time.monotonic() + seconds
    size = len(seeds) // 2
    while size and time.monotonic() < until:
        start = 0
        while start < len(seeds) and time.monotonic() < until:
            fewer = seeds[:start] + seeds[start + size :]
            if (found := shows(fewer)) is not None:
                seeds, told = fewer, found
            else:
                start += size
        size //= 2
    return seeds, told
