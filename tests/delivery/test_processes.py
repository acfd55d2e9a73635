"""Real worker processes: killed at the worst moment, several at once, asked to end."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from delivery import claiming
from delivery.actions import enqueue
from delivery.models import Delivery, Dispatch, PushSubscription
from delivery.worker import MARGIN
from registry.models import Person
from tests import services
from tests.cast import Cast
from tests.delivery.push_service import Answer, Browser, PushService
from tests.wire import ROOT, database_url


@pytest.fixture
def start_worker(service: PushService) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    """Starts `deliver` on the test database; ended with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        folder = Path(tempfile.mkdtemp(prefix="tt-deliver-"))
        env = {**os.environ, "DATABASE_URL": database_url(), "OUTSIDE_TEST_HOSTS": f"127.0.0.1:{service.port}"}
        command = [sys.executable, "-m", "tests.delivery.a_worker"]
        started.append(services.start(command, folder / "log", cwd=ROOT, env=env))
        return started[-1]

    yield start
    service.let_go.set()
    for process in started:
        services.stop(process, by=signal.SIGKILL)


def until(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def many(cast: Cast, service: PushService, count: int) -> None:
    """So many people with a phone each."""
    people = Person.objects.bulk_create(
        Person(source=cast.source, sourced_id=f"many-{number}", given_name="A", family_name="B", name="B A")
        for number in range(count)
    )
    browser = Browser("")
    keys = {"p256dh": browser.p256dh, "auth": browser.subscription()["keys"]["auth"]}
    PushSubscription.objects.bulk_create(
        PushSubscription(person=person, endpoint=service.url(f"p{person.pk}"), **keys) for person in people
    )


def test_a_worker_killed_between_send_and_record_sends_again_with_the_same_topic(
    committed_cast: Cast, service: PushService, start_worker
) -> None:
    browser = Browser(service.url("hoa"))
    browser.subscribe(committed_cast.hoa)
    service.script["hoa"] = [Answer(201, hangs=60)]
    enqueue("test_matter", 7)
    first = start_worker()
    assert service.arrived.wait(20), "the service has the push, the worker not yet its answer"
    services.stop(first, by=signal.SIGKILL)
    waiting = Delivery.objects.get()
    assert (waiting.state, waiting.attempts) == (Delivery.State.WAITING, 0)
    assert waiting.lease_until > timezone.now()

    # The lease runs out: a minute, not waited for here.
    Delivery.objects.update(lease_until=timezone.now())
    start_worker()
    until(lambda: Delivery.objects.get().state == Delivery.State.SENT)
    before, after = service.pushes
    assert before.headers["topic"] == after.headers["topic"]
    assert browser.read(before) == browser.read(after)


def test_a_worker_killed_while_it_expands_passes_over_nobody(
    committed_cast: Cast, service: PushService, start_worker
) -> None:
    many(committed_cast, service, 1_100)
    # As a worker left it that died after the first batch, holding the lease.
    people = sorted(PushSubscription.objects.values_list("person", flat=True))
    enqueue("test_matter", 7)
    Dispatch.objects.update(lease_until=timezone.now(), cursor=people[499])
    dispatch = Dispatch.objects.get()
    due = dispatch.due_at
    done = PushSubscription.objects.filter(person__lte=people[499])
    Delivery.objects.bulk_create(
        Delivery(dispatch=dispatch, person_id=each.person_id, channel="webpush", address=each.pk, waits_until=due)
        for each in done
    )
    start_worker()
    until(lambda: Delivery.objects.filter(state=Delivery.State.SENT).count() == 1_100)
    assert len(service.pushes) == 1_100


def test_two_workers_at_once_send_each_notice_once(committed_cast: Cast, service: PushService, start_worker) -> None:
    many(committed_cast, service, 600)
    for subject in (1, 2, 3):
        enqueue("test_matter", subject)
    start_worker()
    start_worker()
    until(lambda: Delivery.objects.filter(state=Delivery.State.SENT).count() == 1_800, seconds=60)

    counts = Counter((push.path, push.headers["topic"]) for push in service.pushes)
    assert len(counts) == 1_800
    assert set(counts.values()) == {1}


def test_asked_to_end_a_worker_finishes_what_it_began_and_gives_the_rest_back(
    committed_cast: Cast, service: PushService, start_worker
) -> None:
    many(committed_cast, service, 300)
    service.always = Answer(201, hangs=0.3)
    enqueue("test_matter", 7)
    worker = start_worker()
    assert service.arrived.wait(20)
    assert services.stop(worker, by=signal.SIGTERM, seconds=10) == 0

    sent = Delivery.objects.filter(state=Delivery.State.SENT).count()
    assert sent == len(service.pushes) < 300, "every push that went out is recorded"
    assert not Delivery.objects.filter(lease_until__isnull=False).exists()


def test_a_lease_outlives_every_send() -> None:
    """Two posts of eight seconds (whole, then short) and the record fit into what is left when the last may begin."""
    assert claiming.LEASE > MARGIN
    assert MARGIN.total_seconds() >= 2 * 8 + 5
