"""Figures of several rounds, kept whole: the median is told with the least and the most beside it."""

import math
import statistics
from dataclasses import dataclass, field


@dataclass
class Table:
    """One row a server, one column a figure, a list of values in each cell."""

    key: str
    title: str
    columns: dict[str, str]
    rows: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, row: str, **values: float) -> None:
        """One round's figures of this row."""
        cells = self.rows.setdefault(row, {})
        for name in self.columns:
            if name in values:
                cells.setdefault(name, []).append(values[name])

    def middle(self, row: str, column: str) -> float | None:
        """The median; None where nothing was measured."""
        values = self.rows.get(row, {}).get(column)
        return statistics.median(values) if values else None

    def ratio(self, column: str, one: str, other: str) -> float | None:
        """How many times `one` is of `other`, by their medians."""
        above, below = self.middle(one, column), self.middle(other, column)
        return above / below if above is not None and below else None

    def markdown(self) -> str:
        """As the page shows it."""
        lines = [f"### {self.title}", "", "| | " + " | ".join(self.columns.values()) + " |"]
        lines.append("|---" * (len(self.columns) + 1) + "|")
        for name, cells in self.rows.items():
            lines.append(f"| {name} | " + " | ".join(_cell(cells.get(column, [])) for column in self.columns) + " |")
        return "\n".join([*lines, "", *(f"{note}\n" for note in self.notes)])


@dataclass
class Found:
    """What a scenario brings home."""

    figures: dict[str, float] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)

    def tell(self, name: str, value: float | None, digits: int = 2) -> None:
        """A figure, if there is one: what never came to an end has none."""
        if value is not None and math.isfinite(value):
            self.figures[name] = round(value, digits)


def _cell(values: list[float]) -> str:
    if not values:
        return "–"
    middle = number(statistics.median(values))
    return middle if len(values) == 1 else f"{middle} ({number(min(values))}–{number(max(values))})"


def number(value: float) -> str:
    """Three digits that count."""
    if value >= 1e8:
        return "∞"
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
