"""Sums of the ledger's counted rows."""

from collections.abc import Iterable
from dataclasses import dataclass

from broadcasts.ledger.shapes import ByHand, Reasons, Totals
from broadcasts.ledger.words import BITS, REACHED
from broadcasts.shapes import Reached


@dataclass(frozen=True, slots=True)
class Row:
    """So many subjects of one place that stand alike (models/tally.py)."""

    unit: int
    school_class: int | None
    grade: str
    is_pupil: int
    state: str
    reason: str
    channels: int
    subjects: int


def total(rows: Iterable[Row]) -> Totals:
    """What these rows make together."""
    totals = nothing()
    for row in rows:
        totals["subjects"] += row.subjects
        totals[row.state] += row.subjects  # type: ignore[literal-required]  # one of the five states
        if row.state in REACHED:
            totals["reached"] += row.subjects
        if row.reason:
            totals["reasons"][row.reason] += row.subjects  # type: ignore[literal-required]  # one of the four reasons
        if row.channels:
            _add_channels(totals["by_hand"], row)
    return totals


def reached(rows: Iterable[Row]) -> Reached:
    """The two numbers of it that watchers are told."""
    found = list(rows)
    there = sum(row.subjects for row in found if row.state in REACHED)
    return Reached(subjects=sum(row.subjects for row in found), reached=there)


def nothing() -> Totals:
    """Of nobody."""
    return Totals(
        subjects=0,
        reached=0,
        acknowledged=0,
        seen=0,
        contacted=0,
        delivered=0,
        waiting=0,
        reasons=Reasons(no_account=0, signed_out=0, no_push=0, not_opened=0),
        by_hand=ByHand(call=0, visit=0, village=0, slip=0, loudspeaker=0),
    )


def _add_channels(by_hand: ByHand, row: Row) -> None:
    for channel, bit in BITS.items():
        if row.channels & bit:
            by_hand[channel.value] += row.subjects  # type: ignore[literal-required]  # one of the channels by hand
