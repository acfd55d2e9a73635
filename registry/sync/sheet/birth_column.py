"""A column of dates as a whole: which day a date means shows only beside the others."""

import datetime as dt
import re

from registry.sync.sheet import columns as c
from registry.sync.sheet.faults import Place, SheetRefused
from registry.sync.sheet.grid import shown
from registry.sync.sheet.lines import Lines
from registry.sync.sheet.values import is_american

# A few may be chance.
ENOUGH = 4
_DAY_FIRST = re.compile(r"(1[3-9]|2\d|3[01])\s*[/.\-]\s*(0?[1-9]|1[0-2])\s*[/.\-]\s*\d{4}\b")


def refuse_swapped_days(lines: Lines) -> None:
    """Refuse a column in which months stand first, or in which a program turned some days and months round."""
    texts: list[str] = []
    months: list[tuple[Place, int]] = []
    american: Place | None = None
    for place, value in lines.values(c.BIRTH):
        if isinstance(value, str):
            texts.append(value)
            american = american or (place if is_american(value) else None)
        elif isinstance(value, dt.date):
            months.append((place, value.day))
    day_first = [each for each in texts if _DAY_FIRST.match(shown(each))]
    if american and not day_first:
        raise SheetRefused("sheet_dates_american", american)
    # A program set to American dates takes 05/04/2014 for the 4th of May, and leaves 27/04/2014 as text, as it cannot be one.
    if len(day_first) == len(texts) >= ENOUGH <= len(months) and all(day <= 12 for _place, day in months):
        raise SheetRefused("sheet_dates_turned", months[0][0])
