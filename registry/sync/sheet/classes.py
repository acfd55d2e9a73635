"""The classes of the school year that a file is read for."""

import datetime as dt
from collections.abc import Iterable

from registry.models import Org
from registry.sync.sheet.identity import class_id
from registry.sync.sheet.standing import Standing
from registry.sync.sheet.tables import Tables
from registry.sync.sheet.values import ClassTitle
from registry.sync.tables import CLASSES, SESSIONS

# The school year changes on 1 August; grades 1, 9 and 12 begin in the middle of that month.
FIRST_MONTH = 8


def school_year_on(day: dt.date) -> int:
    """The calendar year in which the school year of this day begins."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


class Classes:
    """Writes classes, each once, and finds them by title."""

    def __init__(self, tables: Tables, school: Org, standing: Standing, year: int) -> None:
        self._tables = tables
        self._school = school.sourced_id
        self._standing = standing
        self._year = year
        self.written: set[str] = set()

    def id_of(self, title: ClassTitle) -> str:
        """The class's id, whether or not there is such a class."""
        return class_id(self._school, self._year, title.key)

    def is_known(self, title: ClassTitle) -> bool:
        """Whether the class is in this file or in the registry."""
        return self.id_of(title) in self.written or self.id_of(title) in self._standing.classes

    def write(self, titles: Iterable[ClassTitle]) -> None:
        """Write these classes and their school year. Of several spellings of one title the same is always taken."""
        for title in sorted(set(titles), reverse=True):
            sourced_id = self.id_of(title)
            self.written.add(sourced_id)
            self._tables.add(
                CLASSES,
                sourced_id,
                title=title.title,
                grades=title.grade,
                classType="homeroom",
                schoolSourcedId=self._school,
                termSourcedIds=self._write_year(),
            )

    def _write_year(self) -> str:
        sourced_id = f"nam-hoc-{self._year}-{self._year + 1}"
        self._tables.add(
            SESSIONS,
            sourced_id,
            title=f"Năm học {self._year}-{self._year + 1}",
            type="schoolYear",
            startDate=f"{self._year}-08-01",
            endDate=f"{self._year + 1}-08-01",
            schoolYear=str(self._year + 1),
        )
        return sourced_id
