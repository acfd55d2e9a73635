"""A twisted connection that tells when something is about to wait in it. Whoever writes to its socket past twisted's
buffer learns from it that the order of bytes is no longer theirs alone."""

from functools import cache
from typing import Any, Protocol


class Watcher(Protocol):
    """Who wants to know."""

    # Set to False before anything is buffered, closed or lost.
    is_clear: bool


def watch(connection: Any, watcher: Watcher) -> None:
    """From now on every write, close and loss of this connection, whoever asks for it, clears the watcher's mark first."""
    kind: Any = type(connection)
    connection.__class__ = _watched(kind)
    connection.watcher = watcher


@cache
def _watched(kind: Any) -> Any:
    """The connection's own class with the five ways in which bytes or an end come into it watched."""

    class Watched(kind):  # type: ignore[misc]
        watcher: Watcher

        def write(self, data: bytes) -> None:
            self.watcher.is_clear = False
            super().write(data)

        def writeSequence(self, parts: Any) -> None:  # noqa: N802  twisted's names
            self.watcher.is_clear = False
            super().writeSequence(parts)

        def loseConnection(self, *how: Any) -> None:  # noqa: N802
            self.watcher.is_clear = False
            super().loseConnection(*how)

        def abortConnection(self) -> None:  # noqa: N802
            self.watcher.is_clear = False
            super().abortConnection()

        def connectionLost(self, reason: Any) -> None:  # noqa: N802
            self.watcher.is_clear = False
            super().connectionLost(reason)

    Watched.__name__ = Watched.__qualname__ = f"Watched{kind.__name__}"
    return Watched
