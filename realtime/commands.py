"""Orders from clients find their handlers here; each app's commands.py registers its own at import."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any, Protocol, TypeVar

import msgspec

from realtime.frames import Order


class Somebody(Protocol):
    """The signed-in person, opaque here: it has a key and nothing else that matters to sockets."""

    pk: int


@dataclass(frozen=True, slots=True)
class Follow:
    """Returned by a handler that found the right: this socket follows `topic` from now on, until it closes or the
    topic's owner (`roster`) no longer names the person. `answer` is merged into the ok frame."""

    topic: str
    answer: dict[str, Any]


Answer = dict[str, Any] | Follow | None
Handler = Callable[[Any, Any], Answer | Awaitable[Answer]]
H = TypeVar("H", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Command:
    """How one order type is answered. `needs_database` handlers run in the consumers' bounded threads."""

    order: type[Order]
    handler: Handler
    needs_database: bool


registered: dict[str, Command] = {}


def command(order: type[Order]) -> Callable[[H], H]:
    """Answer `order` with this function of (person, order). A plain function runs in a database thread; a coroutine
    function runs on the event loop and must not touch the database. What it returns is merged into the ok frame."""

    def register(handler: H) -> H:
        name = str(order.__struct_config__.tag)
        if name in registered:
            raise ValueError(f"two handlers for {name}")
        # A type that cannot be read stops the start, not the first client.
        msgspec.json.Decoder(order)
        registered[name] = Command(order, handler, needs_database=not iscoroutinefunction(handler))
        return handler

    return register
