"""Querysets that say who has a right today, built once and not in every request: putting one of them together took Python
ten milliseconds, and a request asks for several."""

import datetime as dt
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils import timezone

from registry.staleness import silence

M = TypeVar("M", bound=Model)
_forgetting: list[Callable[[], None]] = []


def kept(build: Callable[[dt.date], "QuerySet[M]"]) -> Callable[..., "QuerySet[M]"]:
    """`build` of a day (without one: today in Vietnam), made anew only for another day, or when a source falls silent or is
    heard again. Each caller gets a copy, to be narrowed as they like; nothing of what was found is kept."""

    @lru_cache(maxsize=8)
    def built(day: dt.date, _silence: frozenset[tuple[int, dt.date]]) -> "QuerySet[M]":
        return build(day)

    _forgetting.append(built.cache_clear)

    @wraps(build)
    def given(day: dt.date | None = None) -> "QuerySet[Any]":
        return built(day or timezone.localdate(), silence()).all()

    return given


def forget() -> None:
    """Build them anew: what they are made of was exchanged, as proofs do that try a fault."""
    for forget_one in _forgetting:
        forget_one()
