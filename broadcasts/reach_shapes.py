"""What a sender is told before sending, as types (docs/protocol.md 4)."""

from typing import TypedDict

from broadcasts.shapes import OrgRef


class ByRole(TypedDict):
    guardians: int
    students: int
    teachers: int
    staff: int


class Channels(TypedDict):
    """On a device that is signed in; by push; by neither."""

    app: int
    push: int
    none: int


class Forecast(TypedDict):
    """The share of households that had opened one of the last notices within an hour, 0 to 1; null without any."""

    share_in_an_hour: float | None
    based_on: int


class EasilyMissed(TypedDict):
    """Households of this unit, and those of them without a device that is signed in."""

    org: OrgRef
    households: int
    without_app: int


class Spent(TypedDict):
    """Of ordinary notices today: how many may ring in a household, the most that one of these has had, and how many of them
    have had all."""

    most_a_day: int
    most_had: int
    full: int


class Reach(TypedDict):
    """`spent` is null where it would reach no household."""

    units: int
    schools: int
    classes: int
    households: int
    people: int
    by_role: ByRole
    with_push: int
    channels: Channels
    forecast: Forecast
    easily_missed: list[EasilyMissed]
    spent: Spent | None


class Earlier(TypedDict):
    """A document that was sent under the same number."""

    broadcast: int
    issued_on: str


class Preview(Reach):
    """What sending a notice now would mean. `carriers`: how many units would have to carry it out."""

    duplicate: Earlier | None
    needs_approval: bool
    why: list[str]
    carriers: int | None
