"""Tell everyone who is concerned, after commit. Returns at once and never raises: what is lost here is found by its head."""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from realtime import outlet
from realtime.frames import Event


def publish(topic: str, event: Event, *, rev: int | None = None, roster: int | None = None) -> None:
    """`event` to all who follow `topic`. `rev` orders a topic that has a head; a hub whose members are older than
    `roster` reads them again before it writes (a right that ended stops the next message)."""
    _after_commit({"type": "hub.frame", "topic": topic, "text": event.encode(topic), "rev": rev, "roster": roster})


def publish_to_audience(name: str, subject: int, event: Event) -> None:
    """`event` to those connected people for whom the finder registered as `name` says yes. One publish, however many."""
    _after_commit({"type": "hub.audience", "audience": name, "subject": subject, "text": event.encode()})


def refresh_access(person_pks: Collection[int] | None) -> None:
    """These people's topics may have changed (None: anybody's). Their sockets drop what ended and gain what began."""
    _after_commit({"type": "hub.access", "people": None if person_pks is None else sorted(person_pks)})


def cut_sessions(session_hashes: Collection[str]) -> None:
    """Close the sockets of these sessions with 4401: signed out, ended remotely, or expired."""
    _after_commit({"type": "hub.cut", "sessions": sorted(session_hashes)})


def _after_commit(frame: dict[str, Any]) -> None:
    transaction.on_commit(lambda: outlet.put(frame), robust=True)
