"""What clients get of questions and answers (docs/protocol.md 4.0d)."""

from typing import Any, TypedDict

from broadcasts.shapes import Child, ClassRef, OrgRef, Published


class NoticeRef(TypedDict):
    id: int
    title: str


class PublicAnswer(TypedDict):
    """One question and its answer, for the notice's recipients of a class, of a unit, or (neither) for all. `by` is what
    they are at the school, and no name; `merged`: how many questions it settled."""

    id: int
    question: str
    answer: str
    by: str
    published_at: str
    merged: int | None
    may_withdraw: bool


class OwnQuestion(TypedDict):
    """What one asked: `waiting`, or `answered` in the conversation or to all (then `answer`)."""

    id: int
    room: int
    seq: int
    student: int
    body: str
    asked_at: str
    state: str
    answer: int | None


class Answers(TypedDict):
    """What stands under a notice."""

    answers: list[PublicAnswer]
    mine: list[OwnQuestion]


class Asker(TypedDict):
    id: int
    name: str


class WaitingQuestion(TypedDict):
    """A question that waits; who asked, where and of whom for the other side of that conversation alone."""

    id: int
    body: str
    asked_at: str
    is_overdue: bool
    room: int | None
    seq: int | None
    student: Child | None
    asker: Asker | None


# "class" is a word of the language, not a name.
_For = TypedDict("_For", {"class": ClassRef | None, "unit": OrgRef | None})


class Group(_For):
    """Questions alike, the first asked first; for which class or unit one answer to all of them is, neither: for everybody
    who has the notice. `may_publish` false: they are answered in their conversations."""

    id: int
    may_publish: bool
    questions: list[WaitingQuestion]


class Queue(TypedDict):
    """What waits at one's desk about a notice."""

    broadcast: Published
    body: str
    waiting: int
    overdue: int
    may_answer_all: bool
    groups: list[Group]
    answers: list[PublicAnswer]


class Counted(TypedDict):
    broadcast: Published
    waiting: int
    overdue: int


class Waiting(TypedDict):
    """The notices about which somebody waits for one's answer, those who wait longest first."""

    notices: list[Counted]
    waiting: int
    overdue: int


class Quoted(TypedDict):
    """A message of a conversation that asks about a notice."""

    id: int
    seq: int
    broadcast: NoticeRef
    state: str
    answer: int | None


class QuotedIn(TypedDict):
    questions: list[Quoted]


class AskedNow(TypedDict):
    """The question, with its conversation and message (docs/protocol.md 3)."""

    question: OwnQuestion
    room: dict[str, Any]
    message: dict[str, Any]
