"""What clients get, as types: the API's description is made of them, and events carry them (docs/protocol.md 4, 6)."""

from typing import TypedDict

from broadcasts.counting import Totals


class OrgRef(TypedDict):
    id: int
    name: str
    type: str
    level: str


class ClassRef(TypedDict):
    id: int
    title: str


Child = TypedDict(
    "Child",
    {
        "id": int,
        "name": str,
        "given_name": str,
        "class": ClassRef | None,
        "school": OrgRef | None,
        "tint": int,
    },
)


class Issuer(TypedDict):
    name: str
    is_official: bool


class Corrected(TypedDict):
    """The notice that this one takes the place of, and `how`: dinh_chinh, thay_the, thu_hoi."""

    id: int
    how: str


class Superseded(TypedDict):
    """What holds instead of it today, how and since when."""

    by: int
    how: str
    at: str


class Published(TypedDict):
    """What is told at once; the text is fetched."""

    id: int
    issuer: Issuer
    kind: str
    urgency: str
    title: str
    published_at: str
    wants_acknowledgement: bool
    wants_carrying_out: bool
    is_exercise: bool
    version: int
    corrects: Corrected | None
    superseded: Superseded | None


class File(TypedDict):
    """What is told of a file before it is loaded; width and height of pictures, pages of a PDF."""

    id: int
    name: str
    media_type: str
    size: int
    width: int | None
    height: int | None
    pages: int | None


class Relayed(TypedDict):
    """The notice from above that this one passes down; its `body` where its readers are shown that."""

    id: int
    issuer: Issuer
    title: str
    number: int | None
    symbol: str
    body: str | None
    superseded: Superseded | None


class Notice(Published):
    """The whole notice, as it was issued."""

    author_name: str
    body: str
    number: int | None
    symbol: str
    issued_on: str | None
    signer_name: str
    signer_position: str
    acknowledge_by: str | None
    carry_out_by: str | None
    relays: Relayed | None
    files: list[File]
    code: str | None
    asks_for_money: bool


class Reason(TypedDict):
    """For whom one has the notice; no student: for oneself."""

    student: Child | None
    acknowledged_at: str | None


class Colleague(TypedDict):
    id: int
    name: str
    position: str


class Down(TypedDict):
    """The notice by which something was passed down, and how far it has got: so many `of` all units, classes or people."""

    id: int
    of: str
    done: int
    total: int


class Carried(TypedDict):
    """How far a unit has got with what it has to carry out."""

    unit: OrgRef
    state: str
    is_overdue: bool
    confirm_by: str | None
    carry_out_by: str | None
    confirmed_at: str | None
    confirmed_by: Colleague | None
    relayed_at: str | None
    completed_at: str | None
    completed_by: Colleague | None
    note: str


class OwnNode(Carried):
    """What the reader has to carry out: in whose hands it is, the notice that passed it down, one's own draft of that."""

    owner: Colleague | None
    deputy: Colleague | None
    relay: Down | None
    draft: int | None


# "for" is a word of the language, not a name.
_For = TypedDict("_For", {"seen_at": str | None, "nodes": list[OwnNode], "for": list[Reason]})


class Inbox(Notice, _For):
    """A notice as its recipient has it."""


class Narrowed(TypedDict):
    """What the author chose of an org or a class."""

    levels: list[str]
    grades: list[int]
    classes: list[ClassRef]
    languages: list[str]
    unacknowledged: int | None
    unreached: int | None


class AudienceTold(TypedDict):
    """`narrowed` is null where it went to everybody there in these roles."""

    title: str
    roles: list[str]
    narrowed: Narrowed | None


class Sent(Notice):
    """A notice as its sender sees it."""

    audience: AudienceTold
    totals: Totals


class Stale(TypedDict):
    """A notice by which one's own unit passed down what holds no more, and `how` to take its place."""

    id: int
    title: str
    how: str


class Around(TypedDict):
    """Whether who asks may correct it, whether they see its acts (4.0f), and what of their unit they now have to correct."""

    may_correct: bool
    may_prove: bool
    to_correct: list[Stale]


class InboxInFull(Inbox, Around):
    """One notice as its recipient has it."""


class SentInFull(Sent, Around):
    """One notice as its sender sees it."""


class UnitTotals(TypedDict):
    unit: OrgRef
    totals: Totals


class Reached(TypedDict):
    """How many have to be reached (pupils and grown-ups), and how many of them are."""

    subjects: int
    reached: int


class LiveTotals(Totals, Reached):
    """What watchers are told."""


class LiveUnit(TypedDict):
    unit: OrgRef
    totals: LiveTotals


class UnitProgress(UnitTotals):
    commune: OrgRef | None


class Progress(TypedDict):
    """`totals` are of the units that were asked for; those of the whole notice are in `broadcast`."""

    broadcast: Sent
    units: list[UnitProgress]
    communes: list[OrgRef]
    totals: Totals
    at: str


_Class = TypedDict("_Class", {"class": int}, total=False)


class Selection(_Class, total=False):
    """As it was chosen: what is not there narrows nothing."""

    org: int
    levels: list[str]
    grades: list[int]
    classes: list[int]
    languages: list[str]
    unacknowledged: int
    unreached: int


class SavedAudience(TypedDict):
    """`title` of its org or class; null, with a `problem`, where one may not send there any more."""

    id: int
    name: str
    audience: Selection
    title: str | None
    problem: str | None
    created_at: str


class SavedAudiences(TypedDict):
    audiences: list[SavedAudience]


class InboxPage(TypedDict):
    broadcasts: list[Inbox]
    complete: bool


class SentPage(TypedDict):
    broadcasts: list[Sent]
    complete: bool


class Seen(TypedDict):
    seen_at: str
