"""The ladder as clients get it (docs/protocol.md 4)."""

from typing import TypedDict

from broadcasts.shapes import OrgRef


class StepTold(TypedDict):
    """`due_at`: when it would be done of a notice that left at the moment that was asked about."""

    after: int
    action: str
    to: str
    has_channel: bool
    due_at: str


class Standing(TypedDict):
    """`set_by`: the org whose decision it is, null: it is the common one. `locked_by`: an org above that allows no other.
    `is_own`: decided here; `is_locked`: decided here for all below."""

    set_by: OrgRef | None
    locked_by: OrgRef | None
    is_own: bool
    is_locked: bool


class Row(Standing):
    """`waits`: quiet hours hold for it."""

    urgency: str
    side: str
    steps: list[StepTold]
    waits: bool


class QuietTold(Standing):
    """From and to; both the same: none."""

    begins: str
    ends: str


class LadderTold(TypedDict):
    """`version` 0: nothing was decided here yet. `at`: the moment for which the times are. `most_a_day`: how many ordinary
    notices ring in one household; `digest_at`: when the others do."""

    org: OrgRef
    version: int
    at: str
    may_change: bool
    channels: list[str]
    rows: list[Row]
    quiet: QuietTold
    most_a_day: int
    digest_at: str


class RungTold(TypedDict):
    """`state`: done, next, waiting, no_channel, ended."""

    side: str
    action: str
    to: str
    after: int
    due_at: str
    state: str


class RungsTold(TypedDict):
    """`in_digest`: for how many people it waits, or waited, for an evening's digest."""

    rungs: list[RungTold]
    ends_at: str | None
    in_digest: int
