"""When a row of a delta was changed: what decides between it and what the registry has."""

import datetime as dt

from registry.sync.checks import Cells, parse_moment
from registry.sync.errors import BadCell

COLUMN = "dateLastModified"
# Clocks differ a little; further ahead, a row would win over every later one (registry rules, 5.3.9).
CLOCKS_DIFFER = dt.timedelta(hours=1)


def changed_at(cells: Cells, now: dt.datetime) -> dt.datetime:
    """The row's time of change in UTC (OneRoster 1.2 CSV, delta: mandatory); one in the future is taken for now."""
    value = cells.raw(COLUMN)
    if not value:
        raise BadCell("missing_value", COLUMN)
    moment = parse_moment(value)
    if moment is None:
        raise BadCell("bad_time", COLUMN)
    if moment > now + CLOCKS_DIFFER:
        cells.warn(COLUMN, "future_time")
        return now
    return moment
