"""What clients get of the ledger, as types (docs/protocol.md 4.0a)."""

from typing import TypedDict

from broadcasts.shapes import Child, OrgRef, Published, Selection


class Reasons(TypedDict):
    """Why subjects are not reached: they add up to those that are not."""

    no_account: int
    signed_out: int
    no_push: int
    not_opened: int


class ByHand(TypedDict):
    """Subjects with a contact that stands, by its channel; one who was called and visited is in both."""

    call: int
    visit: int
    village: int
    slip: int
    loudspeaker: int


class Totals(TypedDict):
    """The five states add up to `subjects`, the first three of them to `reached`."""

    subjects: int
    reached: int
    acknowledged: int
    seen: int
    contacted: int
    delivered: int
    waiting: int
    reasons: Reasons
    by_hand: ByHand


class ClassRef(TypedDict):
    id: int
    title: str


# "class" is a word of the language, not a name.
Place = TypedDict("Place", {"kind": str, "org": OrgRef | None, "class": ClassRef | None})
_Part = TypedDict("_Part", {"kind": str, "org": OrgRef, "class": ClassRef | None})


class Part(_Part):
    """A place below this one, or the people who stand right in it; `may_open`: there is a board of it."""

    may_open: bool
    totals: Totals


class Board(TypedDict):
    """How far a notice has got in one place. `names`: of whom lists here give names ("pupil", "adult")."""

    broadcast: Published
    place: Place
    path: list[Place]
    totals: Totals
    parts: list[Part]
    is_named: bool
    names: list[str]
    at: str


class WithBoard(Published):
    """A notice of which one may see a board, the topmost place, and what is told of it there."""

    place: Place


class Boards(TypedDict):
    broadcasts: list[WithBoard]
    complete: bool


class Named(TypedDict):
    id: int
    name: str


class Contactable(Named):
    """Somebody through whom the subject is reached: a guardian, or the subject itself (relation "self")."""

    relation: str
    position: str
    phone: str | None
    has_account: bool
    seen_at: str | None
    acknowledged_at: str | None
    # After the time until when an answer was wanted, by the time of the tap.
    is_late: bool


class Contact(TypedDict):
    """A contact that somebody made and wrote down; withdrawn, it stays and counts no more."""

    id: int
    channel: str
    at: str
    by: Named
    note: str
    is_withdrawn: bool
    is_own: bool
    may_withdraw: bool


class ToldBefore(TypedDict):
    """By which channel, and when, they were told by hand what this notice took the place of."""

    channel: str
    at: str


_Subject = TypedDict("_Subject", {"student": Child | None, "person": Named | None, "class": ClassRef | None})


class Subject(_Subject):
    """Who has to be reached: a pupil (`student`) or a grown-up (`person`). `at`: since when it is in that state."""

    unit: OrgRef
    state: str
    is_reached: bool
    reason: str | None
    at: str | None
    people: list[Contactable]
    contacts: list[Contact]
    told_before: list[ToldBefore]


class Subjects(TypedDict):
    """A page of a list. `count`: all that match; `named`: those of them that the list names. `audience` with `roles`: the
    selection that means them today, if there is one."""

    subjects: list[Subject]
    count: int
    named: int
    complete: bool
    after: str | None
    audience: Selection | None
    roles: list[str]
    at: str
