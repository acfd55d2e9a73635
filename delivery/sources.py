"""Who and what: each package that has something to tell registers a source in its `notices.py`."""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, ClassVar, TypeVar


class Priority(IntEnum):
    """Which goes first when many wait; also how push services are asked to treat it. Larger is sooner."""

    CONVERSATION = 0
    NOTICE = 10
    URGENT = 20
    FLASH = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What one person is told, in their language: exactly what stands on the lock screen (decision 26), nothing more.

    `tag` names the matter (a room, a broadcast): a newer notice with the same tag replaces the older one, on the device
    and on its way there. `urgency` is the sender's word, passed on as it is; `priority` is what delivery acts on. `more` is
    for the app alone, so that it can keep and answer what it was told without a line: ids and words of the matter itself.
    """

    type: str
    id: int
    tag: str
    title: str
    body: str
    url: str
    urgency: str
    at: dt.datetime
    priority: int = Priority.CONVERSATION
    room: int | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    def payload(self) -> dict[str, Any]:
        """The notice as the device gets it (docs/protocol.md 5)."""
        told: dict[str, Any] = {"type": self.type, "id": self.id}
        if self.room is not None:
            told["room"] = self.room
        at = self.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return told | {
            "tag": self.tag,
            "title": self.title,
            "body": self.body,
            "urgency": self.urgency,
            "url": self.url,
            "at": at,
            **self.more,
        }


class NoticeSource(ABC):
    """One kind of subject that people are told about. Both questions are asked in batches, by a worker."""

    name: ClassVar[str]

    @abstractmethod
    def recipients(self, subject: int, *, after: int, limit: int) -> list[int]:
        """The next people to tell, by rising person id, behind `after`; fewer than `limit`: these were the last.

        Rights are asked now, not when the subject was written. People without any address may be among them.
        """

    def first_recipients(self, subjects: Collection[int], *, limit: int) -> dict[int, list[int]]:
        """For each of several subjects its first people, as recipients() gives them. A source with many small subjects
        answers with one query instead."""
        return {subject: self.recipients(subject, after=0, limit=limit) for subject in subjects}

    @abstractmethod
    def notices_for(self, subject: int, person_ids: Collection[int], *, language: str) -> dict[int, Notice]:
        """What to tell each of these people, asked just before it is sent, with `language` active for gettext.

        Who is missing in the answer is not told: read or delivered meanwhile, right ended, subject gone.
        """


S = TypeVar("S", bound=NoticeSource)

_SOURCES: dict[str, NoticeSource] = {}


def source(name: str) -> Callable[[type[S]], type[S]]:
    """Class decorator: registers an instance of the class as the source `name`."""

    def register(found: type[S]) -> type[S]:
        if name in _SOURCES and type(_SOURCES[name]) is not found:
            raise RuntimeError(f"two sources are called {name!r}")
        found.name = name
        _SOURCES[name] = found()
        return found

    return register


def source_named(name: str) -> NoticeSource:
    """The source registered under this name; a LookupError is a bug in whoever enqueued."""
    if name not in _SOURCES:
        raise LookupError(f"no notices.py registers the source {name!r}")
    return _SOURCES[name]


def source_names() -> list[str]:
    """Every registered source."""
    return sorted(_SOURCES)
