"""What clients get of a chain, as types (docs/protocol.md 4.0b)."""

from typing import TypedDict

from broadcasts.ledger.shapes import Contact
from broadcasts.shapes import Carried, Colleague, Down, OrgRef, Published, Selection


class Counts(TypedDict):
    """The five states add up to `units`; who is overdue stands in one of them too. `silent`: seen and waiting."""

    units: int
    completed: int
    relayed: int
    confirmed: int
    seen: int
    waiting: int
    overdue: int
    silent: int


class Cascade(TypedDict):
    """The whole chain, as far as one sees it. A tile: unit, state, overdue (0 or 1), commune (0: none),
    level, in whose hands (leader, handed, nobody). `calls_from`:
    from then on who is silent is to be called. `audience`: those who have not confirmed, if one may write to them."""

    broadcast: Published
    confirm_by: str | None
    carry_out_by: str | None
    calls_from: str | None
    counts: Counts
    tiles: list[list[int | str]]
    communes: list[OrgRef]
    audience: Selection | None
    roles: list[str]
    at: str


_Answering = TypedDict("_Answering", {"as": str})


class Answering(_Answering, Colleague):
    """Somebody who answers for the unit: `as` owner, deputy or office."""

    phone: str | None
    seen_at: str | None


class Node(Carried):
    """One unit of the chain, with whom to call there. Where one may not name them there is nobody."""

    commune: OrgRef | None
    people: list[Answering]
    contacts: list[Contact]
    relay: Down | None


class Nodes(TypedDict):
    """A page of units. `count`: all that match."""

    nodes: list[Node]
    count: int
    complete: bool
    after: int | None
    at: str


class Calls(Nodes):
    """The units that are silent, from `calls_from` on; before that nobody."""

    calls_from: str | None


class Colleagues(TypedDict):
    """To whom a unit's part can be handed."""

    colleagues: list[Colleague]
