"""Writing down that somebody is to be told: one statement, with the caller's transaction, once."""

import asyncio
import threading

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from delivery import wake
from delivery.actions import enqueue
from delivery.models import Dispatch


def test_enqueue_is_one_statement(db: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        enqueue("test_matter", 7)
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        enqueue("test_matter", 7)
    assert len(queries) == 1


def test_the_same_again_changes_nothing(db: None) -> None:
    enqueue("test_matter", 7, priority=20)
    before = Dispatch.objects.values().get()
    enqueue("test_matter", 7, priority=0)
    assert Dispatch.objects.values().get() == before


def test_what_is_rolled_back_was_never_to_be_told(db: None) -> None:
    with transaction.atomic():
        enqueue("test_matter", 7)
        transaction.set_rollback(True)
    assert not Dispatch.objects.exists()


def test_a_loop_is_woken_after_the_commit_and_not_before(transactional_db: None) -> None:
    async def wait() -> bool:
        event = asyncio.Event()
        wake.listen(event)
        try:
            writer = threading.Thread(target=write, args=(event,))
            writer.start()
            await asyncio.wait_for(event.wait(), 5)
            writer.join()
        finally:
            wake.forget(event)
        return before_commit

    before_commit = True

    def write(event: asyncio.Event) -> None:
        nonlocal before_commit
        with transaction.atomic():
            enqueue("test_matter", 7)
            before_commit = event.is_set()
        connection.close()

    assert asyncio.run(wait()) is False
