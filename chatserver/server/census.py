"""Daphne looks at every connection each second or two. With thousands of them that is a stop of many milliseconds for
everybody; here it looks at those that it could do something about."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from daphne.server import Server

# Open sockets are looked at in every thirtieth round of two seconds: all they have is an age limit of hours.
ROUNDS = 30


class Census(Server):  # type: ignore[misc]
    """A server that knows which connections are on their way in or out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._everybody: dict[Any, dict[str, Any]] = {}
        self._leaving: set[Any] = set()
        self._arriving: set[Any] = set()
        self._round = 0

    def begin(self) -> None:
        """Daphne has laid its list of connections; nobody is in it yet."""
        self._everybody = self.connections

    def protocol_connected(self, protocol: Any) -> None:
        """It comes in."""
        super().protocol_connected(protocol)
        self._arriving.add(protocol)

    def protocol_disconnected(self, protocol: Any) -> None:
        """It has gone; what it leaves behind is to be cleared away."""
        if (details := self._everybody.get(protocol)) is not None:
            details.setdefault("disconnected", time.time())
            self._leaving.add(protocol)

    def create_application(self, protocol: Any, scope: Any) -> Any:
        """Its application begins; once that ends there is something to clear away."""
        queue = super().create_application(protocol, scope)
        if (running := self.connections.get(protocol, {}).get("application_instance")) is not None:
            running.add_done_callback(lambda _done: self._leaving.add(protocol))
        return queue

    def application_checker(self) -> None:
        """Clear away what has ended."""
        with self._only(self._leaving):
            super().application_checker()
        self._leaving &= self._everybody.keys()

    def timeout_checker(self) -> None:
        """End what takes too long to begin, and now and then what has been open for too long."""
        self._round = (self._round + 1) % ROUNDS
        self._arriving = {one for one in self._arriving if one in self._everybody and not getattr(one, "take", None)}
        with self._only(self._everybody if self._round == 0 else self._arriving):
            super().timeout_checker()

    @contextmanager
    def _only(self, some: Any) -> Iterator[None]:
        """For as long as the block runs, and nothing else does, these are all the connections there are."""
        self.connections = few = {one: self._everybody[one] for one in tuple(some) if one in self._everybody}
        named = tuple(few)
        try:
            yield
        finally:
            self.connections = self._everybody
            for one in named:
                if one not in few:
                    self._everybody.pop(one, None)
