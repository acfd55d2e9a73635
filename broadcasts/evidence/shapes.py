"""What clients get of the acts on a notice (docs/protocol.md 4.0f)."""

from typing import Any, TypedDict

from broadcasts.shapes import Colleague


class Act(TypedDict):
    """One line of the audit trail. `by` null: the server itself, or somebody who is not named to the one who asks; then
    `by_id` tells them apart."""

    id: int
    at: str
    act: str
    by: Colleague | None
    by_id: int | None
    facts: dict[str, Any]
    digest: str


class Acts(TypedDict):
    """Oldest first. `may_take`: the one who asks may take the sealed package away."""

    title: str
    code: str | None
    may_take: bool
    acts: list[Act]
