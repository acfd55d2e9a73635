"""What a notice says and to whom: its shape as clients write it, and the one place where it is found fit to send."""

import datetime as dt
import hashlib
import re
import uuid
from typing import Annotated, Any, TypeVar

import msgspec

from broadcasts.errors import Empty, TooLong
from broadcasts.ids import Id
from broadcasts.models import Kind, Role, Urgency
from broadcasts.selection import Selection
from realtime.errors import BadInput
from registry.text import clean

TITLE_LIMIT = 500
BODY_LIMIT = 10_000
S = TypeVar("S", bound=msgspec.Struct)


class Content(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the author wrote and to whom (selection.py)."""

    audience: Selection
    roles: list[Role]
    kind: Kind
    urgency: Urgency = Urgency.ORDINARY
    title: str
    body: str
    wants_acknowledgement: bool = False
    acknowledge_by: dt.datetime | None = None
    number: Annotated[int, msgspec.Meta(ge=1, le=999_999)] | None = None
    symbol: str = ""
    issued_on: dt.date | None = None
    signer_name: str = ""
    signer_position: str = ""
    # Ids of uploaded files, in the order in which they are shown.
    attachments: list[Id] = msgspec.field(default_factory=list)
    # When it should leave; none: at once.
    leaves_at: dt.datetime | None = None
    is_exercise: bool = False

    def fit(self) -> "Content":
        """The draft as it would be kept: text cleaned, roles in order. Refuses what cannot be sent."""
        if not self.audience.is_one():
            raise BadInput(field="audience")
        if not self.roles:
            raise BadInput(field="roles")
        return msgspec.structs.replace(
            self,
            roles=[role for role in Role if role in self.roles],
            # A title is one line, whatever it was pasted from.
            title=_within(TITLE_LIMIT, title=" ".join(clean(self.title).split())),
            body=_within(BODY_LIMIT, body=clean(self.body)),
        )

    def digest(self) -> bytes:
        """The same for the same content: tells a retry from another notice under the same name."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).digest()


class NamedContent(Content, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft with the client's name for it: sent once, however often it is tried."""

    client_broadcast_id: uuid.UUID


def content_from(data: Any) -> Content:
    """The draft in a client's JSON, fit to send; a refusal names the field otherwise."""
    return parsed(Content, data).fit()


def named_content_from(data: Any) -> tuple[Content, uuid.UUID]:
    """The same, and its name."""
    named = parsed(NamedContent, data)
    draft = Content(**{field: getattr(named, field) for field in Content.__struct_fields__})
    return draft.fit(), named.client_broadcast_id


def parsed(shape: type[S], data: Any) -> S:
    """A client's JSON as a `shape`, nothing guessed and nothing extra; a refusal names the field otherwise."""
    try:
        return msgspec.convert(data, shape)
    except msgspec.ValidationError as error:
        raise BadInput(field=field_of(error)) from error


def field_of(error: msgspec.ValidationError) -> str:
    """The field that a validation error is about: "audience" from '... - at `$.audience[...]`'."""
    named = re.search(r"`\$\.(?P<at>\w+)|field `(?P<missing>\w+)`", str(error))
    return (named["at"] or named["missing"]) if named else "body"


def _within(limit: int, **named: str) -> str:
    ((field, text),) = named.items()
    if not text:
        raise Empty(field=field)
    if len(text) > limit:
        raise TooLong(field=field, limit=limit, length=len(text))
    return text
