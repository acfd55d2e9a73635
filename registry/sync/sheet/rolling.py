"""A file's lists as rows of a package, against what the registry holds; and the question how much a list is about."""

import datetime as dt
from collections.abc import Iterable
from enum import Enum

from registry.models import Org
from registry.sync.sheet.classes import Classes
from registry.sync.sheet.faults import FaultBook, Place, SheetRefused
from registry.sync.sheet.header_row import Header
from registry.sync.sheet.identity import Kind
from registry.sync.sheet.reading import Reader, Reading
from registry.sync.sheet.roll_pupils import PupilRoll
from registry.sync.sheet.roll_staff import StaffRoll
from registry.sync.sheet.standing import Standing
from registry.sync.sheet.tables import Tables


class Extent(Enum):
    """How much of the school a list of pupils is about. ASK: found out, and asked where it may be either."""

    ASK = "ask"
    WHOLE_SCHOOL = "whole_school"
    LISTED_CLASSES = "listed_classes"


class Roll:
    """Makes the rows for one school and school year (the calendar year in which it begins)."""

    def __init__(
        self, school: Org, standing: Standing, faults: FaultBook, *, extent: Extent, year: int, day: dt.date
    ) -> None:
        self._school = school
        self._standing = standing
        self._faults = faults
        self._extent = extent
        self._year = year
        self._day = day

    def of(self, headers: Iterable[tuple[Kind, Header]]) -> Tables:
        """The rows of these lists. Raises SheetRefused."""
        reading = Reader(self._school, self._standing, self._faults, day=self._day).read(headers)
        if not (reading.pupils or reading.staff):
            raise SheetRefused("sheet_nobody", self._faults.first_bad())
        may_end = not (self._faults.unknown_people or reading.is_repaired)
        if not may_end:
            self._faults.warn("sheet_repaired_rows" if reading.is_repaired else "sheet_nothing_removed", Place())
        return self._written(reading, may_end=may_end)

    def _written(self, reading: Reading, *, may_end: bool) -> Tables:
        tables = Tables()
        classes = Classes(tables, self._school, self._standing, self._year)
        if Kind.PUPIL in reading.kinds:
            listed = {classes.id_of(row.school_class) for row in reading.pupils.values()}
            PupilRoll(
                reading,
                tables=tables,
                classes=classes,
                school=self._school,
                standing=self._standing,
                is_whole=may_end and self._is_whole(listed),
            ).write(may_end=may_end)
        if Kind.STAFF in reading.kinds:
            StaffRoll(
                reading,
                tables=tables,
                classes=classes,
                school=self._school,
                standing=self._standing,
                faults=self._faults,
            ).write(may_end=may_end)
        return tables

    def _is_whole(self, listed: set[str]) -> bool:
        """Whether pupils who are not listed left the school. A list of one class must not end the others."""
        if self._extent is not Extent.ASK:
            return self._extent is Extent.WHOLE_SCHOOL
        known = self._standing.classes.keys()
        missing = known - listed
        if missing and (len(listed) == 1 or len(missing) * 2 >= len(known)):
            raise SheetRefused("sheet_whole_school_or_not", about=f"({len(listed)}/{len(known | listed)})")
        return True
