"""One room as a client keeps it: complete up to `rev`, with what overtook beside it."""

from dataclasses import dataclass, field
from typing import Any

from tests.chaos.journal import digest_of


@dataclass(slots=True)
class RoomView:
    """Messages by seq, each with the rev, digest and name of its newest state."""

    room: int
    # Until the first page has told the head, events are kept and nothing is missed.
    is_loading: bool = True
    # So are the older pages, as far back as the app reads: from the message `since`.
    is_whole: bool = False
    since: int = 0
    rev: int = 0
    messages: dict[int, tuple[int, str, str]] = field(default_factory=dict)
    _ahead: set[int] = field(default_factory=set)

    def put(self, message: dict[str, Any]) -> str | None:
        """Keep this state of a message; its digest if that is newer than what was kept."""
        seq, rev = message["seq"], message["rev"]
        known = self.messages.get(seq)
        if known is not None and known[0] >= rev:
            return None
        digest = digest_of(message["body"])
        self.messages[seq] = (rev, digest, message["client_message_id"])
        return digest

    def take_event(self, rev: int) -> None:
        """An event with this rev has been put."""
        if rev > self.rev:
            self._ahead.add(rev)
            self.stand_at(self.rev)

    def stand_at(self, head: int) -> None:
        """Everything up to `head` is here."""
        self.rev = max(self.rev, head)
        self._ahead = {rev for rev in self._ahead if rev > self.rev}
        while self.rev + 1 in self._ahead:
            self.rev += 1
            self._ahead.discard(self.rev)

    def has_gap(self) -> bool:
        """Whether something is missing before what has come."""
        return bool(self._ahead) and not self.is_loading
