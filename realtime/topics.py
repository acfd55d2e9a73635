"""Who owns which topics. The hub asks owners; owners know schools, the hub does not."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar


@dataclass(frozen=True, slots=True)
class Missed:
    """One event of a topic that a process has not delivered yet: its rev, roster number and frame text."""

    rev: int
    roster: int
    text: str


class TopicOwner(Protocol):
    """Answers for all topics with one prefix ("room" owns "room.42"). All methods run in a database thread.

    An owner whose topics are followed by order only (Follow) says so with `is_on_request = True`: its topics are in no
    hello, heartbeat or access.changed."""

    prefix: str

    def topics_for(self, person_pks: Collection[int]) -> dict[int, set[str]]:
        """The topics each of these people may follow live now. The same few queries for 1 and for 5,000 people."""

    def heads(self, topics: Collection[str]) -> dict[str, int]:
        """The newest rev of each topic, in one query; a topic that is gone is left out."""

    def changes_since(self, topic: str, rev: int) -> Iterable[Missed]:
        """What happened on the topic after `rev`, oldest first, for live delivery of what a hint did not bring."""

    def roster(self, topic: str, people: Collection[int]) -> tuple[int, set[int]]:
        """The topic's roster number, and which of these people (those connected here) may follow it: the number read
        first, so that it is never newer than the answer. A topic that is gone: (0, nobody)."""


owners: dict[str, TopicOwner] = {}
Finder = Callable[[int, Collection[int]], set[int]]
# Given seconds: subject and frame text of what was published to the audience within them.
Recent = Callable[[float], Iterable[tuple[int, str]]]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who of the people connected here a subject is for; and what was published lately, in case no hint brought it."""

    finder: Finder
    recent: Recent | None


audiences: dict[str, Audience] = {}
Owner = TypeVar("Owner", bound=type)
F = TypeVar("F", bound=Finder)


def topic_owner(owner: Owner) -> Owner:
    """Class decorator: one instance of this owner answers for its prefix."""
    owners[owner.prefix] = owner()  # type: ignore[attr-defined]
    return owner


def audience(name: str, *, recent: Recent | None = None) -> Callable[[F], F]:
    """Register a finder: given a subject's id and the people connected here, which of them the event is for. `recent`
    lets the watch tell what another process published while the layer was away."""

    def register(finder: F) -> F:
        audiences[name] = Audience(finder, recent)
        return finder

    return register


def owner_of(topic: str) -> TopicOwner | None:
    """The owner of this topic, or None for topics that nobody owns (a person's own)."""
    return owners.get(topic.partition(".")[0])
