"""The same thing from several places at the same moment."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection

from broadcasts import actions
from broadcasts.content import content_from
from broadcasts.models import Broadcast
from delivery.models import Dispatch
from registry.models import AuditLine
from tests.broadcasts.writing import draft, publish
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")


def at_once(count: int, work: Callable[[], T]) -> list[T]:
    """The answers of so many threads that begin together."""
    ready = Barrier(count)

    def one() -> T:
        try:
            connection.ensure_connection()
            ready.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return [future.result() for future in [threads.submit(one) for _n in range(count)]]


def test_one_notice_however_often_it_is_sent_at_once(committed_cast: Cast) -> None:
    cast, name = committed_cast, uuid.uuid4()
    ready = content_from(draft(cast.school))
    answers = at_once(4, lambda: actions.publish(cast.hanh, ready, client_broadcast_id=name))
    broadcast = Broadcast.objects.get()
    assert {answer for answer, _is_new in answers} == {broadcast}
    assert sorted(is_new for _answer, is_new in answers) == [False, False, False, True]
    assert broadcast.receipts.count() == broadcast.receipts.values("person").distinct().count() > 0
    assert Dispatch.objects.filter(source="broadcast").count() == 1
    assert AuditLine.objects.filter(act="broadcast.publish").count() == 1


def test_one_answer_however_often_it_is_given_at_once(committed_cast: Cast) -> None:
    cast = committed_cast
    broadcast = publish(cast.hanh, cast.school)
    Broadcast.objects.update(watched_until="2099-01-01T00:00:00Z")
    at_once(4, lambda: actions.acknowledge(cast.hoa, broadcast.pk, students=[cast.an.pk]))
    assert broadcast.acknowledgements.exclude(acknowledged_at=None).count() == 1
    assert broadcast.receipts.exclude(seen_at=None).count() == 1
    broadcast.refresh_from_db()
    assert broadcast.told_rev == 1
