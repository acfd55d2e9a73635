"""How a source's files are to be read: its version, and what its owner told about its habits."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils import timezone


@dataclass(frozen=True, slots=True)
class Terms:
    """Read with every row. `deltas` comes from the manifest: the files whose rows say when they were changed; see Source
    for the habits."""

    version: str
    end_date_inclusive: bool = False
    family_name_first: bool = True
    deltas: frozenset[str] = frozenset()
    now: dt.datetime = field(default_factory=timezone.now)
