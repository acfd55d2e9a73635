"""docs/performance.md: a generated part for each scenario, between its marks; what is written by hand around them stays.
The page is its own record: the goals and the picture are drawn from the BENCH lines that stand in it."""

import re

from bench.processes import ROOT
from bench.report import goals, picture
from bench.report.table import Found

PAGE = ROOT / "docs" / "performance.md"
PICTURE = ROOT / "docs" / "pictures" / "performance.svg"


def write(name: str, found: Found, about: dict[str, str]) -> None:
    """Put this scenario's tables into the page, and what all scenarios together say."""
    parts = [f"Measured {about['day']}: {about['machine']}; {about['load']}.", ""]
    parts += [table.markdown() for table in found.tables]
    parts += ["```", *(f"BENCH {key}={value}" for key, value in found.figures.items()), "```"]
    text = replaced(PAGE.read_text(), name, "\n".join(parts))
    figures = read(text)
    text = replaced(text, "goals", goals.markdown(figures))
    versions = "\n".join(f"- {key}: {value}" for key, value in found.versions.items())
    if versions:
        own = f"- ours: {about['ours']}; {about['services']}"
        text = replaced(text, "versions", f"{own}\n{versions}")
    PAGE.write_text(text)
    PICTURE.write_text(picture.draw(figures, about))


def replaced(text: str, name: str, new: str) -> str:
    """The page with another text between the marks of this name."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    if begin not in text or end not in text:
        raise ValueError(f"{PAGE.name} has no place for {name}")
    before, _begin, rest = text.partition(begin)
    _old, _end, after = rest.partition(end)
    return f"{before}{begin}\n{new}\n{end}{after}"


def read(text: str) -> dict[str, float]:
    """Every BENCH line of the page."""
    return {name: float(value) for name, value in re.findall(r"^BENCH (\w+)=(\S+)$", text, re.MULTILINE)}
