"""The bounds of one pull: whatever a provider does, it ends, and it is never pressed."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Far beyond a province of a million enrolments, far below what fills a disk. Tests pass smaller ones."""

    # What a page is asked for; most providers allow a thousand, and those that give less are read too.
    page_rows: int = 1_000
    page_bytes: int = 32 << 20
    # Of one collection.
    pages: int = 20_000
    rows: int = 5_000_000
    # Of one page, and of the whole pull.
    page_seconds: float = 60
    seconds: float = 2 * 3600
    # Requests a second that a provider gets from here at most.
    a_second: float = 10
    # How often one request is made before its failure counts, and how long a provider may ask us to wait.
    tries: int = 5
    longest_wait: float = 120
    # How often a collection is read that changes while it is read.
    readings: int = 3


# What was read stays good for so long when a pull breaks off; then it begins anew.
RESUMED_FOR = dt.timedelta(hours=24)
# A delta begins so long before the newest change seen: providers commit late and count in whole seconds.
OVERLAP = dt.timedelta(minutes=10)
# Everything is read again so often, for what no delta told (registry rules, 5.3.9).
FULL_EVERY = dt.timedelta(days=7)
# A change dated further ahead is a wrong clock; believed, it would hide every later change.
AHEAD = dt.timedelta(hours=1)
