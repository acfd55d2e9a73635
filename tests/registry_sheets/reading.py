"""A file read into the rows of its package, with an empty registry and no database."""

import datetime as dt
from pathlib import Path

from registry.models import Org
from registry.sync.sheet.faults import FaultBook, SheetRefused
from registry.sync.sheet.opening import read_file
from registry.sync.sheet.reading import headers_of
from registry.sync.sheet.rolling import Extent, Roll
from registry.sync.sheet.standing import Standing
from registry.sync.sheet.tables import Tables
from registry.sync.tables import USERS


def read(path: Path) -> tuple[Tables | SheetRefused, FaultBook]:
    """The rows, or why there are none; and what was noted."""
    faults = FaultBook()
    school = Org(sourced_id="thcs", identifier="24240501")
    roll = Roll(school, Standing(), faults, extent=Extent.ASK, year=2026, day=dt.date(2026, 10, 6))
    try:
        return roll.of(headers_of(read_file(path, path.name, faults), {}, None, faults)), faults
    except SheetRefused as refusal:
        return refusal, faults


def people(tables: Tables) -> set[str]:
    """The whole names in the rows."""
    rows = tables.rows[USERS].values()
    return {" ".join(filter(None, (row["familyName"], row["middleName"], row["givenName"]))) for row in rows}
