"""What somebody wants a message to carry, as it came."""

import hashlib
from dataclasses import astuple, dataclass

import msgspec

from realtime.errors import BadInput
from rooms import bodies
from rooms.polls import Ballot


@dataclass(frozen=True, slots=True)
class Source:
    """The message that is forwarded."""

    room: int
    seq: int


@dataclass(frozen=True, slots=True)
class Carried:
    """Beside the text; a forwarded message carries nothing else."""

    reply_to: int | None = None
    mentions: tuple[int, ...] = ()
    mentions_all: bool = False
    poll: Ballot | None = None
    forward: Source | None = None
    # Uploads, by their ids. Last: see digest().
    files: tuple[int, ...] = ()

    def accept(self, body: str) -> str:
        """The text as it is kept: nothing of one's own with a forwarded message."""
        if self.forward is None:
            return bodies.accept(body, may_be_empty=bool(self.files))
        if body or self != Carried(forward=self.forward):
            raise BadInput(field="forward")
        return ""

    def digest(self, text: str) -> bytes:
        """A retry is the same message if and only if this is the same."""
        if self == PLAIN:
            return bodies.digest(text)
        # What was sent before there were files is still the same message.
        told = astuple(self) if self.files else astuple(self)[:-1]
        # No text holds a NUL: the two cannot be confused.
        return hashlib.sha256(text.encode() + b"\0" + msgspec.json.encode(told)).digest()


PLAIN = Carried()
