"""Organisations: the standard's columns, and the dated parents of our own metadata columns."""

from collections.abc import Iterator
from itertools import pairwise

from registry.sync import vocabulary as v
from registry.sync.checks import Cells, in_order, parse_day
from registry.sync.csv_file import TOLERATED_GUID
from registry.sync.errors import BadCell
from registry.sync.rows import Day, OrgRow, Span
from registry.sync.terms import Terms

HISTORY = "metadata.parentHistory"


def org_rows(cells: Cells, _terms: Terms) -> Iterator[OrgRow]:
    """The org of this row."""
    valid_from, valid_to = cells.day("metadata.validFrom"), cells.day("metadata.validTo")
    in_order(valid_from, valid_to, "metadata.validTo")
    yield OrgRow(
        sourced_id=cells.sourced_id,
        modified=cells.moment("dateLastModified"),
        name=cells.text("name", required=True),
        type=cells.word("type", v.ORG_TYPE),
        identifier=cells.text("identifier"),
        school_level=cells.optional_word("metadata.schoolLevel", v.SCHOOL_LEVEL),
        valid_from=valid_from,
        valid_to=valid_to,
        parent=cells.guid("parentSourcedId"),
        history=_history(cells.raw(HISTORY)),
    )


def _history(cell: str) -> tuple[Span, ...]:
    """`parent|from|to` in a comma list, either date empty when open."""
    spans = sorted((_span(part.strip()) for part in cell.split(",") if part.strip()), key=_begin)
    for earlier, later in pairwise(spans):
        # An org has one parent on any day: with two, nobody could say who may speak to it.
        if earlier.until is None or later.since is None or later.since < earlier.until:
            raise BadCell("overlapping_parents", HISTORY)
    return tuple(spans)


def _span(text: str) -> Span:
    parts = text.split("|")
    if len(parts) != 3 or not TOLERATED_GUID.fullmatch(parts[0]):
        raise BadCell("bad_history", HISTORY)
    span = Span(parts[0], _day(parts[1]), _day(parts[2]))
    in_order(span.since, span.until, HISTORY)
    return span


def _day(text: str) -> Day:
    day = parse_day(text) if text else None
    if text and day is None:
        raise BadCell("bad_date", HISTORY)
    return day


def _begin(span: Span) -> str:
    return span.since.isoformat() if span.since else ""
