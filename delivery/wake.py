"""Tells the delivery loop of this process that there is work, so that nobody waits for its next look."""

import asyncio
import threading

_lock = threading.Lock()
_waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()


def poke() -> None:
    """Wake the loops of this process, from any thread. Without one nothing is lost: workers look by themselves."""
    with _lock:
        for loop, event in _waiting:
            loop.call_soon_threadsafe(event.set)


def listen(event: asyncio.Event) -> None:
    """From now on poke() sets this event of the running loop."""
    with _lock:
        _waiting.add((asyncio.get_running_loop(), event))


def forget(event: asyncio.Event) -> None:
    """Poke() no longer knows this event; called before its loop closes."""
    with _lock:
        _waiting.difference_update({entry for entry in _waiting if entry[1] is event})
