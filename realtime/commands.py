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
class Asked:
    """One order, who gave it and in which language the answer is read."""

    person: Any
    order: Any
    language: str


class Alone(Exception):
    """What a group handler gives for an order that it leaves to the order's own handler."""


class Again(Exception):
    """What a group handler gives for an order that should be tried with the next group: something was locked."""


GroupHandler = Callable[[list[Asked]], list[Answer | Exception]]
G = TypeVar("G", bound=GroupHandler)


@dataclass(slots=True)
class Command:
    """How one order type is answered. `needs_database` handlers run in the consumers' bounded threads; those of a group
    are asked first where there is one."""

    order: type[Order]
    handler: Handler
    needs_database: bool
    group: GroupHandler | None = None
    at_once: int = 1


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


def together(order: type[Order], *, at_once: int) -> Callable[[G], G]:
    """Answer up to `at_once` such orders that wait at the same moment with one call of this function, in a database
    thread: an answer, or the exception (also Alone or Again), for each. The order has a handler of its own as well."""

    def register(handler: G) -> G:
        command = registered[str(order.__struct_config__.tag)]
        command.group, command.at_once = handler, at_once
        return handler

    return register
