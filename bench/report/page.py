"""docs/performance.md: the generated part, between its marks; what is written by hand around it stays."""

from typing import Any

from bench.processes import ROOT
from bench.report.table import Found

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def write(found: Found, about: dict[str, str], plan: Any) -> None:
    """Replace the tables."""
    text = PAGE.read_text()
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    parts = ["", f"Measured {about['day']} on {about['machine']}; {about['load']}.", ""]
    parts += [table.markdown() for table in found.tables]
    PAGE.write_text(before + BEGIN + "\n".join(parts) + "\n" + END + after)
