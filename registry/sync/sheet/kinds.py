"""Whom a list is about, by its columns."""

from registry.sync.sheet import columns as c
from registry.sync.sheet.faults import SheetRefused
from registry.sync.sheet.header_row import Header, class_in_title
from registry.sync.sheet.identity import Kind
from registry.sync.sheet.values import is_class_title

_PUPIL = {c.MOTHER: 3, c.FATHER: 3, c.GUARDIAN: 3, c.CLASS: 1, c.GRADE: 1}
_STAFF = {c.TEACHES: 3, c.SUBJECT: 2, c.DEPARTMENT: 2, c.POSITION: 2, c.HOMEROOM: 1}
_SAID = 3


def kind_of_list(header: Header) -> Kind:
    """Pupils or staff. Refuses what may be either: a teacher must not become a pupil."""
    columns = header.columns
    own = [each.folded for each in header.headings if each.guess.meaning in {c.NAME, c.CODE, c.SECTOR_CODE}]
    pupils = sum(points for meaning, points in _PUPIL.items() if meaning in columns) + _said(own, c.PUPIL_WORDS)
    staff = sum(points for meaning, points in _STAFF.items() if meaning in columns) + _said(own, c.STAFF_WORDS)
    if is_class_title(class_in_title(header)):
        pupils += _SAID
    if pupils == staff:
        raise SheetRefused("sheet_kind_unknown", header.grid.place(header.row))
    return Kind.PUPIL if pupils > staff else Kind.STAFF


def _said(headers: list[str], words: tuple[str, ...]) -> int:
    return _SAID if any(f" {word} " in f" {header} " for header in headers for word in words) else 0
