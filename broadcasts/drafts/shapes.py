"""Notices on their way as clients get them (docs/protocol.md 4)."""

from typing import Any, TypedDict

from broadcasts.reach_shapes import Preview
from broadcasts.shapes import File, Issuer, Relayed


class Author(TypedDict):
    id: int
    name: str


class Decider(TypedDict):
    name: str


class Draft(TypedDict):
    """`content` as it was written; from submitting on exactly as it is sent."""

    id: int
    client_broadcast_id: str
    version: int
    state: str
    content: dict[str, Any]
    author: Author
    issuer: Issuer | None
    issuer_id: int | None
    people: int | None
    needs_approval: bool
    why: list[str]
    submitted_at: str | None
    decide_by: str | None
    decided_by: Decider | None
    decision_reason: str
    broke_glass_reason: str
    problem: str
    leaves_at: str | None
    broadcast: int | None
    relays: Relayed | None
    files: list[File]
    updated_at: str


class Approval(Draft):
    """`reach` as it would be now; null in lists, and where nothing waits any more."""

    reach: Preview | None


class DraftPage(TypedDict):
    drafts: list[Draft]
    complete: bool


class Approvals(TypedDict):
    approvals: list[Approval]
    broke_glass: list[Approval]
