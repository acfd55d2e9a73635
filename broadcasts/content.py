"""What a notice says and to whom: its shape as clients write it, and the one place where it is found fit to send."""

import datetime as dt
import hashlib
import re
import uuid
from typing import Annotated, Any, TypeVar

import msgspec

from broadcasts.errors import Empty, NotToBeCarriedOut, TimeNotPossible, TooLong
from broadcasts.ids import Id
from broadcasts.models import How, Kind, Role, Urgency
from broadcasts.selection import Selection
from realtime.errors import BadInput
from registry.text import clean

TITLE_LIMIT = 500
BODY_LIMIT = 10_000
SYMBOL_LIMIT, SIGNER_LIMIT = 60, 200
STAFF_ONLY = frozenset({Role.TEACHERS, Role.STAFF})
# With an offset: a time without one would be read as somebody's own.
Moment = Annotated[dt.datetime, msgspec.Meta(tz=True)]
# How many people somebody saw that a notice would reach.
People = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
# How far ahead anything may be set for.
FARTHEST = dt.timedelta(days=365)
S = TypeVar("S", bound=msgspec.Struct)


class Corrects(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The notice that another one takes the place of, and how."""

    broadcast: Id
    how: How


class Content(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the author wrote and to whom (selection.py)."""

    audience: Selection
    roles: list[Role]
    kind: Kind
    urgency: Urgency = Urgency.ORDINARY
    title: str
    body: str
    wants_acknowledgement: bool = False
    acknowledge_by: Moment | None = None
    number: Annotated[int, msgspec.Meta(ge=1, le=999_999)] | None = None
    symbol: str = ""
    issued_on: dt.date | None = None
    signer_name: str = ""
    signer_position: str = ""
    # Ids of uploaded files, in the order in which they are shown.
    attachments: list[Id] = msgspec.field(default_factory=list)
    # When it should leave; none: at once.
    leaves_at: Moment | None = None
    is_exercise: bool = False
    # The units that have it confirm it, pass it down and carry it out, until then.
    wants_carrying_out: bool = False
    carry_out_by: Moment | None = None
    # Of a notice that passes another one down: whether its readers see the whole of that; none said: only staff do.
    quotes: bool | None = None
    # No reminder of it after that; none said: what cannot wait ends a day after it left.
    ends_at: Moment | None = None
    # It goes to those who have this one, and nobody chooses to whom (correcting/).
    corrects: Corrects | None = None

    def fit(self) -> "Content":
        """The draft as it would be kept: text cleaned, roles in order. Refuses what cannot be sent."""
        if not self.audience.is_one():
            raise BadInput(field="audience")
        if not self.roles:
            raise BadInput(field="roles")
        if self.wants_carrying_out and not (self.kind == Kind.DIRECTION and Role.STAFF in self.roles):
            raise NotToBeCarriedOut
        return msgspec.structs.replace(
            self,
            roles=[role for role in Role if role in self.roles],
            title=within(TITLE_LIMIT, title=one_line(self.title)),
            body=within(BODY_LIMIT, body=clean(self.body)),
            # To confirm is to take note.
            wants_acknowledgement=self.wants_acknowledgement or self.wants_carrying_out,
            carry_out_by=self.carry_out_by if self.wants_carrying_out else None,
            symbol=_at_most(SYMBOL_LIMIT, symbol=self.symbol),
            signer_name=_at_most(SIGNER_LIMIT, signer_name=self.signer_name),
            signer_position=_at_most(SIGNER_LIMIT, signer_position=self.signer_position),
        )

    def require_times(self, now: dt.datetime) -> None:
        """Refuses a moment of leaving that has passed, a time limit that would be over when it leaves, and either of them
        more than a year ahead. Asked when it is submitted: what was right then stays so."""
        leaves_at = self.leaves_at or now
        if not (now <= leaves_at <= now + FARTHEST):
            raise TimeNotPossible(field="leaves_at")
        if self.acknowledge_by and not (leaves_at < self.acknowledge_by <= leaves_at + FARTHEST):
            raise TimeNotPossible(field="acknowledge_by")
        earliest = self.acknowledge_by or leaves_at
        if self.carry_out_by and not (earliest <= self.carry_out_by <= leaves_at + FARTHEST):
            raise TimeNotPossible(field="carry_out_by")
        if self.ends_at and not (leaves_at < self.ends_at <= leaves_at + FARTHEST):
            raise TimeNotPossible(field="ends_at")

    def is_quoted(self) -> bool:
        """Whether its readers are shown the notice that it passes down."""
        return self.quotes if self.quotes is not None else set(self.roles) <= STAFF_ONLY

    def kept(self) -> dict[str, Any]:
        """As it is stored and shown again; content_from() reads it back to the same."""
        built: dict[str, Any] = msgspec.to_builtins(self)
        return built

    def digest(self) -> bytes:
        """The same for the same content: tells a retry from another notice under the same name. What notices could not say
        earlier counts only where it is said: a draft that waits for its hour stays what was decided about."""
        said = {field: value for field, value in self.kept().items() if field not in _LATER or value != _LATER[field]}
        return hashlib.sha256(msgspec.json.encode(said)).digest()


_LATER: dict[str, Any] = {
    "wants_carrying_out": False,
    "carry_out_by": None,
    "quotes": None,
    "ends_at": None,
    "corrects": None,
}


class Sending(Content, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Content to be kept and submitted in one: under the client's name for it, so that it is sent once however often it is
    tried; with how many people its author saw, where that was shown."""

    client_broadcast_id: uuid.UUID
    people: People | None = None
    duplicate_is_meant: bool = False


def content_from(data: Any) -> Content:
    """The draft in a client's JSON, fit to send; a refusal names the field otherwise."""
    return parsed(Content, data).fit()


def sending_from(data: Any) -> tuple[Sending, Content]:
    """What a client sends in one piece, and the content in it as it was written."""
    sending = parsed(Sending, data)
    return sending, Content(**{field: getattr(sending, field) for field in Content.__struct_fields__})


def parsed(shape: type[S], data: Any) -> S:
    """A client's JSON as a `shape`, nothing guessed and nothing extra; a refusal names the field otherwise."""
    try:
        return msgspec.convert(data, shape)
    except msgspec.ValidationError as error:
        raise BadInput(field=field_of(error)) from error


def field_of(error: msgspec.ValidationError) -> str:
    """The field that a validation error is about: "audience" from '... - at `$.audience[...]`'."""
    # What is wrong inside of a field is said of the field; only at the top is the field itself missing or unknown.
    named = re.search(r"`\$\.(\w+)", str(error)) or re.search(r"field `(\w+)`", str(error))
    return named[1] if named else "body"


def one_line(text: str) -> str:
    """Cleaned, and on one line, whatever it was pasted from."""
    return " ".join(clean(text).split())


def _at_most(limit: int, **named: str) -> str:
    """One line, which may be empty."""
    ((field, text),) = named.items()
    line = one_line(text)
    return within(limit, **{field: line}) if line else ""


def within(limit: int, **named: str) -> str:
    """The text of this field, if there is any and it is not longer; Empty or TooLong otherwise."""
    ((field, text),) = named.items()
    if not text:
        raise Empty(field=field)
    if len(text) > limit:
        raise TooLong(field=field, limit=limit, length=len(text))
    return text
