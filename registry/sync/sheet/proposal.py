"""What every header of a file would mean, before anything is read by it: for somebody to confirm or to correct."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from registry.sync.sheet import columns as c
from registry.sync.sheet.faults import FaultBook, SheetRefused
from registry.sync.sheet.header_row import Header, class_in_title, find_header, likely_header
from registry.sync.sheet.headers import fold_header, meaning_of
from registry.sync.sheet.identity import Kind
from registry.sync.sheet.kinds import kind_of_list
from registry.sync.sheet.opening import read_file
from registry.sync.sheet.values import is_class_title

# One of each group has to be there; `guardian` stands for anyone who answers for a pupil.
_NAMES = ((c.NAME,), (c.FAMILY, c.GIVEN))
_IDENTITY = {Kind.PUPIL: (c.CODE, c.SECTOR_CODE, c.BIRTH), Kind.STAFF: (c.CODE, c.SECTOR_CODE, c.BIRTH, c.PHONE)}


@dataclass(frozen=True, slots=True)
class SheetProposal:
    """One sheet: its header as it would be read. `missing` are meanings without which it cannot be, or is of little use."""

    header: Header
    kind: Kind | None
    missing: tuple[str, ...]


def propose(path: Path, *, name: str = "", mapping: Mapping[str, str], kind: Kind | None = None) -> list[SheetProposal]:
    """Every sheet that could be a list. `mapping` is what was confirmed before, by folded header. Raises SheetRefused."""
    grids = read_file(path, name or path.name, FaultBook())
    headers = [find_header(grid, mapping) or likely_header(grid, mapping) for grid in grids]
    return [_proposal(header, kind) for header in headers if header]


def meaning_named(text: str) -> str:
    """The meaning that somebody names, by its key or by a usual header (`Họ và tên`). Raises SheetRefused."""
    if text in c.MEANINGS:
        return text
    guess = meaning_of(fold_header(text), {})
    if guess.confidence < 1:
        raise SheetRefused("sheet_no_such_meaning", about=text)
    return guess.meaning


def _proposal(header: Header, wanted: Kind | None) -> SheetProposal:
    try:
        kind = wanted or kind_of_list(header)
    except SheetRefused:
        kind = None
    return SheetProposal(header, kind, tuple(_missing(header, kind)))


def _missing(header: Header, kind: Kind | None) -> list[str]:
    there = header.columns.keys()
    missing: list[str] = []
    if not any(there >= set(each) for each in _NAMES):
        missing.append(c.NAME)
    if there.isdisjoint(_IDENTITY[kind or Kind.PUPIL]):
        missing.append(c.CODE)
    if kind is Kind.PUPIL:
        if c.CLASS not in there and not is_class_title(class_in_title(header)):
            missing.append(c.CLASS)
        if there.isdisjoint(c.GUARDIANS):
            missing.append(c.GUARDIAN)
    return missing
