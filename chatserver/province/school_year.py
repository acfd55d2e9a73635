"""The school year that contains a day, in Vietnam's dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Session:
    sourced_id: str
    title: str
    type: str
    start: date
    end: date  # exclusive, as OneRoster has it
    parent: str


@dataclass(frozen=True)
class SchoolYear:
    """A school year by the calendar year in which it starts."""

    start: int

    @classmethod
    def containing(cls, day: date) -> SchoolYear:
        return cls(day.year if day.month >= 8 else day.year - 1)

    @property
    def sourced_id(self) -> str:
        return f"nam-hoc-{self.name}"

    @property
    def name(self) -> str:
        return f"{self.start}-{self.start + 1}"

    @property
    def code(self) -> str:
        """The year as class identifiers carry it: 2627."""
        return f"{self.start % 100:02d}{(self.start + 1) % 100:02d}"

    def sessions(self) -> list[Session]:
        """The year without a gap, so that classes live through the summer too, and its two semesters."""
        begin, end = date(self.start, 8, 1), date(self.start + 1, 8, 1)
        opening, half, closing = date(self.start, 9, 5), date(self.start + 1, 1, 19), date(self.start + 1, 6, 1)
        whole = self.sourced_id
        return [
            Session(whole, f"Năm học {self.name}", "schoolYear", begin, end, ""),
            Session(f"{whole}-hk1", f"Học kỳ I năm học {self.name}", "semester", opening, half, whole),
            Session(f"{whole}-hk2", f"Học kỳ II năm học {self.name}", "semester", half, closing, whole),
        ]
