"""Which column of codes tells people apart, if any."""

from collections import Counter

from registry.sync.sheet import columns as c
from registry.sync.sheet.faults import FaultBook
from registry.sync.sheet.grid import shown
from registry.sync.sheet.lines import Lines
from registry.sync.sheet.values import is_citizen_number

# Of the codes; the others are then too short, or this is no column of equal lengths.
USUAL_SHARE = 60


def identifying_column(lines: Lines, faults: FaultBook) -> str:
    """CODE, else SECTOR_CODE, else nothing. A column of citizens' numbers, whatever it is called, is forgotten unread."""
    for meaning in (c.CODE, c.SECTOR_CODE):
        filled = list(lines.values(meaning))
        citizens = [place for place, value in filled if is_citizen_number(shown(value))]
        if citizens and len(citizens) * 2 >= len(filled):
            faults.warn("citizen_numbers", citizens[0])
            lines.forget(meaning)
        elif filled:
            _note_short(lines, meaning, faults)
            return meaning
    return ""


def _note_short(lines: Lines, meaning: str, faults: FaultBook) -> None:
    """Numbers shorter than nearly all others have lost the zeros in front; they are found without them anyway."""
    codes = [(place, shown(value)) for place, value in lines.values(meaning)]
    lengths = Counter(len(code) for _place, code in codes if code.isdecimal())
    if not lengths:
        return
    usual, times = lengths.most_common(1)[0]
    if times * 100 < len(codes) * USUAL_SHARE:
        return
    for place, code in codes:
        if code.isdecimal() and len(code) < usual:
            faults.warn("code_lost_zero", place)
