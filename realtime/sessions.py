"""Sockets know a session by its hash only; whoever keeps the sessions says which of them have ended."""

from collections.abc import Callable, Collection
from typing import TypeVar

Watch = Callable[[Collection[str]], set[str]]
W = TypeVar("W", bound=Watch)
watches: list[Watch] = []


def session_watch(finder: W) -> W:
    """Register a finder: given the session hashes of the sockets here, those that have ended (signed out, expired, account
    closed). Asked every few seconds in a database thread: the backstop for a lost cut_sessions."""
    watches.append(finder)
    return finder


def ended(hashes: Collection[str]) -> set[str]:
    """Which of these sessions any watch says have ended."""
    return set().union(*(watch(hashes) for watch in watches)) if hashes else set()
