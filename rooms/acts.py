"""What came of something that was done to a message, for whoever did it."""

from dataclasses import dataclass
from typing import Any

from rooms.models import Message
from rooms.own import Mine, Own


@dataclass(frozen=True, slots=True)
class Act:
    """The message as it now stands, and what the person did to it."""

    message: Message
    mine: Mine

    def told(self, **parts: Any) -> dict[str, Any]:
        """The answer: where, the message's change number, these parts of it, and one's own."""
        message = self.message
        own = next(iter(self.mine.values()), Own())
        return {"room": message.room_id, "seq": message.seq, "rev": message.rev} | parts | {"mine": own.json()}
