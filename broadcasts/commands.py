"""Notices over the socket: the same actions as over REST."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec
from django.utils import timezone

from broadcasts import actions, board, selectors, serializers
from broadcasts.content import Moment
from broadcasts.correcting.telling import HOLDERS, corrected
from broadcasts.events import BroadcastPublished
from broadcasts.ids import Id
from broadcasts.models import Broadcast, PublicAnswer, Receipt
from broadcasts.questions.policy import readers
from broadcasts.questions.telling import READERS
from broadcasts.tap import Tap
from realtime import Follow, Order, audience, command
from realtime.errors import NotFound
from registry.models import Person


class Read(Order, tag="broadcast.read", tag_field="type", frozen=True, kw_only=True):
    broadcast: Id
    at: Moment | None = None
    sent_at: Moment | None = None


class Acknowledge(Order, tag="broadcast.acknowledge", tag_field="type", frozen=True, kw_only=True):
    broadcast: Id
    students: list[Id] = msgspec.field(default_factory=list)
    at: Moment | None = None
    sent_at: Moment | None = None


class Watch(Order, tag="broadcast.watch", tag_field="type", frozen=True, kw_only=True):
    broadcast: Id


@command(Read)
def read(person: Person, order: Read) -> dict[str, Any]:
    """The person opened the notice."""
    tap = Tap(order.at, order.sent_at)
    return {"seen_at": serializers.moment(actions.record_read(person, order.broadcast, tap=tap))}


@command(Acknowledge)
def acknowledge(person: Person, order: Acknowledge) -> dict[str, Any]:
    """The person's "Đã rõ"; the notice as it now is for them."""
    actions.acknowledge(person, order.broadcast, students=order.students, tap=Tap(order.at, order.sent_at))
    found = selectors.received(person, order.broadcast)
    if found is None:
        raise NotFound
    return {"broadcast": serializers.inbox(found)}


@command(Watch)
def watch(person: Person, order: Watch) -> Follow:
    """This socket follows the notice's progress from now on."""
    broadcast = selectors.overseen(person, order.broadcast)
    if broadcast is None:
        raise NotFound
    board.watch(broadcast)
    (sent,) = selectors.with_totals([broadcast])
    return Follow(board.topic_of(broadcast.pk), {"totals": sent.totals})


def recently_published(seconds: float) -> Iterator[tuple[int, str]]:
    """The notices of the last seconds: what the watch tells when no hint did."""
    for broadcast in Broadcast.objects.filter(published_at__gte=timezone.now() - dt.timedelta(seconds=seconds)):
        yield broadcast.pk, BroadcastPublished(broadcast=serializers.published(broadcast)).encode()


@audience("broadcast", recent=recently_published)
def recipients_among(subject: int, people: Any) -> set[int]:
    """Which of the people connected here have a receipt for this notice."""
    return set(Receipt.objects.filter(broadcast=subject, person__in=people).values_list("person", flat=True))


def recently_corrected(seconds: float) -> Iterator[tuple[int, str]]:
    """What took another's place in the last seconds."""
    since = timezone.now() - dt.timedelta(seconds=seconds)
    for broadcast in Broadcast.objects.filter(published_at__gte=since, corrects__isnull=False):
        yield broadcast.pk, corrected(broadcast).encode()


@audience(HOLDERS, recent=recently_corrected)
def holders_among(subject: int, people: Any) -> set[int]:
    """Which of the people connected here have what this notice took the place of: those who have this one."""
    return recipients_among(subject, people)


@audience(READERS)
def readers_among(subject: int, people: Any) -> set[int]:
    """Which of the people connected here read this answer to all."""
    found = PublicAnswer.objects.filter(pk=subject).first()
    return set(readers(found).filter(person__in=people).values_list("person", flat=True)) if found else set()
