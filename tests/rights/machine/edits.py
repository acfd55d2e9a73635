"""What changes in a registry, as edits of its rows. Each says in words what it did, or None where it finds nothing to do."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.registry.parcel import Row
from tests.rights.machine.paper import Paper

WEIGHTS: "dict[Edit, int]" = {}


@dataclass(slots=True)
class Pen:
    """Who edits: chance, the day, and the paper."""

    paper: Paper
    chance: random.Random
    day: dt.date

    def one(self, found: list[str]) -> str | None:
        """One of these, if there are any."""
        return self.chance.choice(sorted(found)) if found else None

    def row(self, table: str, **cells: str) -> Row | None:
        """A row of the table with these cells."""
        found = [
            row
            for row in self.paper.now.rows[table]
            if all(row.get(column, "") == value for column, value in cells.items())
        ]
        return self.chance.choice(found) if found else None

    def near(self) -> str:
        """A day around today, today and tomorrow among them."""
        return (self.day + dt.timedelta(days=self.chance.choice((-40, -1, 0, 0, 1, 1, 2, 30)))).isoformat()

    def dates(self) -> dict[str, str]:
        """A begin and an end, one of them, or none; in order."""
        begin, end = self.chance.choice(("", self.near())), self.chance.choice(("", self.near()))
        if begin and end and begin > end:
            begin, end = end, begin
        return {"beginDate": begin, "endDate": end}

    def school(self) -> str | None:
        """A school that is there."""
        return self.one([row["sourcedId"] for row in self.paper.now.rows["orgs"] if row["type"] == "school"])

    def school_of(self, person: str) -> str | None:
        """An org in which the person has any role."""
        return self.one([row["orgSourcedId"] for row in self.paper.now.rows["roles"] if row["userSourcedId"] == person])

    def class_in(self, school: str | None) -> str | None:
        """A class of the school, or of any."""
        rows = self.paper.now.rows["classes"]
        return self.one([row["sourcedId"] for row in rows if school is None or row["schoolSourcedId"] == school])

    def people_with(self, *roles: str) -> list[str]:
        """Whose rows say one of these roles."""
        there = set(self.paper.ids("users"))
        rows = self.paper.now.rows["roles"]
        return sorted({row["userSourcedId"] for row in rows if row["role"] in roles} & there)


Edit = Callable[[Pen], str | None]


def edit(weight: int) -> Callable[[Edit], Edit]:
    """Registers an edit; the weight is how often it is chosen beside the others."""

    def register(function: Edit) -> Edit:
        WEIGHTS[function] = weight
        return function

    return register


def any_edit(pen: Pen) -> str | None:
    """One edit by chance."""
    edits = list(WEIGHTS)
    return pen.chance.choices(edits, [WEIGHTS[each] for each in edits])[0](pen)
